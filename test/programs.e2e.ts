import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '@scoreboard/harness';

const ROOT = projectRoot();
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
/** The programs of all npm scripts that belong to this repository. */
const PROGRAMS = [...new Set(Object.values(scripts).flatMap((script) => /^node (scripts\/\S+(?: [a-z][a-z:-]*)?)/.exec(script)?.[1] ?? []))];
const ROLES = ['api', 'gateway', 'worker', 'standalone'].map((role) => `dist/apps/${role}/main.js`);

describe('every program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function run(program: string, ...words: string[]) {
    const [script, ...own] = program.split(' ') as [string];
    const child = spawn(process.execPath, [join(ROOT, script), ...own, ...words], { cwd: folder, env: { PATH: process.env.PATH, DATA_DIR: join(folder, 'data') }, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (chunk: string) => (said[name] += chunk));
    const [exitCode] = (await once(child, 'close')) as [number];
    return { exitCode, ...said };
  }

  it.each([...PROGRAMS, ...ROLES])('%s prints its help with --help, and does nothing else', async (program) => {
    const { exitCode, stdout, stderr } = await run(program, '--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.length).toBeGreaterThan(40);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  // jest reports unknown options in its own format.
  it.each([...PROGRAMS, ...ROLES].filter((program) => program !== 'scripts/test.mjs'))('%s refuses an unknown option, and does nothing', async (program) => {
    const { exitCode, stdout, stderr } = await run(program, '--hepl');
    expect([exitCode, stdout]).toEqual([64, '']);
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('--hepl')]);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });
});
