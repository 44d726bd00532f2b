import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary, temporaryFolder } from '@scoreboard/harness';
import Ajv from 'ajv';
import { parse } from 'yaml';

/** Gives a line for each mistake. `root` is the project's folder, or a copy of it. */
export interface Check {
  (root: string): readonly string[] | Promise<readonly string[]>;
  /** Why it cannot look here, if it cannot: that is said loudly and fails nothing. */
  readonly whyNot?: () => string | undefined;
}

/** For a check that cannot look without these commands. */
export const unlessThereAre = (...commands: string[]) => (): string | undefined => {
  const missing = commands.filter((command) => !findBinary(command));
  return missing.length ? `there is no ${missing.join(', no ')}` : undefined;
};

export const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');
export const readYaml = <T>(root: string, path: string): T => parse(read(root, path)) as T;

export const unless = (holds: unknown, mistake: string): string[] => (holds ? [] : [mistake]);

/** A mistake for each place where a document is not of the form that a JSON schema describes. */
export function schemaMistakes(schema: object, document: unknown): string[] {
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}

const folder = temporaryFolder('tool');

/** Runs a tool to its end, five minutes at the most; `output` is what it said on both channels. */
export function runTool(command: string, args: readonly string[], cwd: string): { readonly ok: boolean; readonly stdout: string; readonly output: string } {
  // Into files: nginx opens /dev/stdout, which cannot be done where that is a socket, as Node's pipes are.
  const names = ['stdout', 'stderr'].map((name) => join(folder, name));
  const files = names.map((name) => openSync(name, 'w'));
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', ...files], timeout: 300_000 });
  files.forEach((file) => closeSync(file));
  const [stdout, stderr] = names.map((name) => readFileSync(name, 'utf8')) as [string, string];
  return { ok: status === 0, stdout, output: [stderr, stdout, error?.message].filter(Boolean).join('\n').trim() };
}

/** What a tool says that finds a mistake. */
export function complaintsOf(...given: Parameters<typeof runTool>): string[] {
  const { ok, output } = runTool(...given);
  return ok ? [] : [output];
}
