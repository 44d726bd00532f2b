import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs a shell script, `args` being its $0, $1 and so on, when this process has ended, however it ended: a shell waits
 * for the end of a pipe that only this process holds, so kill -9 counts too. Returns what calls it off.
 */
export function afterExit(script: string, ...args: readonly string[]): () => void {
  const shell = spawn('/bin/sh', ['-c', `read -r _; ${script}`, ...args], { cwd: '/', stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.unref();
  // At run time the pipe is a socket; alone it must not keep this process running.
  (shell.stdin as unknown as { unref(): void }).unref();
  return () => void shell.kill('SIGKILL');
}

/** A new folder in `parent` that is removed when this process ends, however it ends. */
export function temporaryFolder(name: string, parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, `scoreboard-${name}-`));
  // A process that still writes there is being killed at this moment, and would create the folder again.
  afterExit('sleep 0.5; rm -rf -- "$0"', folder);
  return folder;
}
