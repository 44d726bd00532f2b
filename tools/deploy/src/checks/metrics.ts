import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { read, readYaml } from './check';

export const RULES = 'deploy/observability/prometheus/rules';
/** What Prometheus itself makes, and what the servers' exporters do; a test asks those for each name. */
const OTHERS = /^(?:up|ALERTS|(?:pg|redis|rabbitmq|nginx)_\w+)$/;

/** Whether a metric can be there: our own, Node's, recorded ones, and the servers'. */
export function knownMetrics(root: string): (name: string) => boolean {
  const ofNode = new Registry();
  collectDefaultMetrics({ register: ofNode });
  const recorded = ruleGroups(root).flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? []));
  const known = new Set([...ourMetrics(root), ...ofNode.getMetricsAsArray().map(({ name }) => name), ...recorded]);
  return (name) => known.has(name) || known.has(name.replace(/_(?:bucket|count|sum)$/, '')) || OTHERS.test(name);
}

/** As docs/operations.md lists them. */
export function ourMetrics(root: string): string[] {
  const handbook = read(root, 'docs/operations.md');
  return [...new Set([...handbook.matchAll(/`((?:scoreboard|http)_[a-z_]+)`/g)].map(([, name]) => name!))];
}

export function ruleGroups(root: string): { readonly rules: readonly { readonly record?: string }[] }[] {
  const files = readdirSync(join(root, RULES)).sort();
  return files.flatMap((file) => readYaml<{ groups: ReturnType<typeof ruleGroups> }>(root, `${RULES}/${file}`).groups);
}

const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;
const WINDOW = /\[[^\]]*\]/g;
/** A text that is an argument of a function, as of label_replace. */
const ARGUMENT = /,\s*"[^"]*"(?=\s*[,)])/g;
/** A name that is no call of a function, and no part of a number, with the labels that are asked for. */
const SELECTOR = /(?<![\w.:])([a-zA-Z_:][\w:]*)(?![\w:]|\s*\()(\{[^}]*\})?/g;
const OPERATORS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'by', 'without', 'on', 'ignoring']);

/** The series that a PromQL expression asks for: `name{labels}`, once each. */
export function selectorsOf(expr: string): string[] {
  const found = [...expr.replace(GROUPING, ' ').replace(WINDOW, '').replace(ARGUMENT, '').matchAll(SELECTOR)];
  return [...new Set(found.filter(([, name]) => !OPERATORS.has(name!)).map(([, name, labels = '']) => name + labels))];
}

export const metricsOf = (expr: string): string[] => [...new Set(selectorsOf(expr).map((selector) => selector.split('{')[0]!))];
