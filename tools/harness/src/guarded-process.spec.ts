import { type Options, transformFileSync } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../test/support';
import { GuardedProcess } from './guarded-process';
import { temporaryFolder } from './after-exit';

const shell = (script: string) => new GuardedProcess('/bin/sh', ['-c', script], { stdio: 'ignore' });

describe('GuardedProcess', () => {
  it('tells the exit code, the signal that ended it, and that it could not be started', async () => {
    expect(await shell('exit 78').exited).toBe(78);
    expect(await shell('kill -TERM $$').exited).toBe(128 + 15);
    expect(await new GuardedProcess('/nowhere/nothing', [], {}).exited).toBe(127);
  });

  it('is stopped by its signal', async () => {
    const process = shell('sleep 60');
    expect(await process.stop('SIGTERM', 5_000)).toBe(128 + 15);
    expect(await process.stop('SIGTERM', 5_000)).toBe(128 + 15);
  });

  it('is killed where it does not stop in time, and that is an error', async () => {
    const folder = temporaryFolder('spec');
    const process = shell(`trap '' TERM; touch ${folder}/ready; while :; do sleep 0.1; done`);
    await eventually(() => expect(existsSync(join(folder, 'ready'))).toBe(true));
    await expect(process.stop('SIGTERM', 100)).rejects.toThrow('it had not ended 100 ms after SIGTERM');
    expect(await process.exited).toBe(128 + 9);
  });

  it('does not outlive the process that started it, though that was killed, and neither does its folder', async () => {
    const script = `
      const { pid } = new (require('./guarded-process').GuardedProcess)('sleep', ['60'], { stdio: 'ignore' });
      console.log(JSON.stringify({ pid, folder: require('./after-exit').temporaryFolder('spec') }));`;
    const parent = spawn(process.execPath, ['-e', script], { cwd: compiledHarness(), stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const { pid, folder } = JSON.parse(line.toString()) as { pid: number; folder: string };
    expect([isRunning(pid), existsSync(folder)]).toEqual([true, true]);

    parent.kill('SIGKILL');
    await eventually(() => expect([isRunning(pid), existsSync(folder)]).toEqual([false, false]));
  });
});

/** For a process of its own, which has no jest to compile what it requires. */
function compiledHarness(): string {
  const folder = temporaryFolder('spec');
  for (const name of ['after-exit', 'guarded-process', 'processes']) {
    const options: Options = { swcrc: false, module: { type: 'commonjs' }, jsc: { target: 'es2022', parser: { syntax: 'typescript' } } };
    writeFileSync(join(folder, `${name}.js`), transformFileSync(join(__dirname, `${name}.ts`), options).code);
  }
  return folder;
}

/** A process that has ended may stand in the table until somebody asks how. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
