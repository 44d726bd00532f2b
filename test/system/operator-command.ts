import { once } from 'node:events';
import { join } from 'node:path';
import { findBinary, GuardedProcess, projectRoot, temporaryFolder } from '@scoreboard/harness';

let folder: string | undefined;
/** An empty folder, without a `.env`. */
const emptyFolder = (): string => (folder ??= temporaryFolder('cli'));

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built program. */
export const SCOREBOARD = join(projectRoot(), 'dist/apps/cli/main.js');

/** Runs `scoreboard` with these arguments and exactly these settings, without a `.env` and without a terminal, until it exits. */
export async function scoreboard(env: NodeJS.ProcessEnv, ...words: string[]): Promise<Ended> {
  const running = new GuardedProcess(process.execPath, [SCOREBOARD, ...words], {
    cwd: emptyFolder(),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) running.child[name]!.setEncoding('utf8').on('data', (chunk: string) => (said[name] += chunk));
  return { exitCode: await running.exited, ...said };
}

/** The same, but throws if it fails; returns its standard output. */
export async function succeed(env: NodeJS.ProcessEnv, ...words: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await scoreboard(env, ...words);
  if (exitCode !== 0) throw new Error(`scoreboard ${words.join(' ')} ended with ${exitCode}: ${stderr}`);
  return stdout;
}

/** Parses the entries that a list command printed. */
export const entriesOf = (stdout: string): Record<string, unknown>[] => stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);

/** Why no terminal can be simulated here; undefined if one can. */
export const whyNoTerminal = (): string | undefined => (findBinary('script') ? undefined : ' (NOT TESTED: the script command is not installed)');

/** Runs it on a simulated terminal with typed input. */
export async function atTerminal(env: NodeJS.ProcessEnv, typed: string, ...words: string[]): Promise<{ readonly exitCode: number; readonly output: string }> {
  const command = [process.execPath, SCOREBOARD, ...words].map((word) => `'${word}'`).join(' ');
  const running = new GuardedProcess('script', ['-qec', command, '/dev/null'], { cwd: emptyFolder(), env: { PATH: process.env.PATH, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  running.child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (typed && output.endsWith('[y/N] ')) running.child.stdin!.write(typed);
  });
  const exitCode = await running.exited;
  if (!running.child.stdout!.readableEnded) await once(running.child.stdout!, 'end');
  return { exitCode, output };
}
