import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { projectRoot } from '@scoreboard/harness';

interface Mapping {
  readonly type?: string;
  readonly ignore_above?: number;
  readonly value?: string;
  readonly properties?: Readonly<Record<string, Mapping>>;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);
const fitsWithin = (value: unknown, most = Infinity): boolean => isText(value) && Buffer.byteLength(value) <= most;

/** Whether Elasticsearch would index a value unchanged, without converting or dropping it. */
const FITS: Readonly<Record<string, (value: unknown, mapping: Mapping) => boolean>> = {
  keyword: (value, { ignore_above }) => fitsWithin(value, ignore_above),
  wildcard: (value, { ignore_above }) => fitsWithin(value, ignore_above),
  constant_keyword: (value, mapping) => isText(value) && (mapping.value ?? value) === value,
  match_only_text: isText,
  long: isWhole,
  float: (value) => typeof value === 'number' && Number.isFinite(value),
  ip: (value) => isText(value) && isIP(value) !== 0,
  date: (value) => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value)),
};

const { mappings } = (JSON.parse(readFileSync(join(projectRoot(), 'deploy/observability/elasticsearch/index-template.json'), 'utf8')) as { template: { mappings: Mapping } }).template;

/** Fields of a log line that are missing from the index template's mapping, or have another type. Fields may be nested or have dotted names. */
export function unmapped(line: unknown, mapping: Mapping = mappings, path = ''): string[] {
  if (!mapping.properties) return valueProblems(line, mapping, path);
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return [`${path}: is not an object`];
  return Object.entries(line).flatMap(([name, value]) => {
    const [inner, at] = step(mapping, name, path);
    return inner ? unmapped(value, inner, at) : [`${at}: is not in the mapping`];
  });
}

function step(mapping: Mapping, name: string, path: string): [Mapping | undefined, string] {
  const inner = name.split('.').reduce<Mapping | undefined>((from, part) => from?.properties?.[part], mapping);
  return [inner, path ? `${path}.${name}` : name];
}

/** A field with several values is an array. */
function valueProblems(value: unknown, mapping: Mapping, path: string): string[] {
  const fits = FITS[mapping.type ?? ''];
  if (!fits) return [`${path}: unknown mapping type ${mapping.type}`];
  return [value].flat().every((one) => fits(one, mapping)) ? [] : [`${path}: ${JSON.stringify(value)} is not of type ${mapping.type}`];
}

/** Extracts the log lines from the output of a process. */
export const logLines = (output: string): Record<string, unknown>[] =>
  output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
