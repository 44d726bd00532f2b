import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@scoreboard/harness';

const folder = temporaryFolder('tool');

/** Runs a tool to its end, a minute at the most; `output` is what it said on both channels. */
export function runTool(command: string, args: readonly string[], cwd: string): { readonly ok: boolean; readonly stdout: string; readonly output: string } {
  // Into files: nginx opens /dev/stdout, which cannot be done where that is a socket, as Node's pipes are.
  const names = ['stdout', 'stderr'].map((name) => join(folder, name));
  const files = names.map((name) => openSync(name, 'w'));
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', ...files], timeout: 60_000 });
  files.forEach((file) => closeSync(file));
  const [stdout, stderr] = names.map((name) => readFileSync(name, 'utf8')) as [string, string];
  return { ok: status === 0, stdout, output: [stderr, stdout, error?.message].filter(Boolean).join('\n').trim() };
}

/** What a tool says that finds a mistake. */
export function complaintsOf(...given: Parameters<typeof runTool>): string[] {
  const { ok, output } = runTool(...given);
  return ok ? [] : [output];
}
