import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits until our end of its pipe is closed, then kills the process group $0 and removes the folder $1. */
const GUARD = 'read -r _; kill -s KILL -- "-$0"; sleep 0.3; [ -z "$1" ] || rm -rf -- "$1"';

/**
 * A child process, leader of its own group, that does not outlive this process: a shell beside it holds a pipe from us,
 * and when that closes, however we ended (kill -9 too), it kills the group. `folder` is then removed as well.
 */
export class GuardedProcess {
  readonly child: ChildProcess;
  /** Resolves with the exit code; 128 + its number where a signal ended it, 127 where it could not be started. */
  readonly exited: Promise<number>;
  /** Undefined while it runs. */
  exitCode?: number;

  constructor(command: string, args: readonly string[], { folder = '', ...options }: SpawnOptions & { folder?: string }) {
    this.child = spawn(command, args, { ...options, detached: true });
    this.exited = new Promise<number>((resolve) => {
      this.child.once('error', () => resolve(127));
      this.child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
    }).then((code) => (this.exitCode = code));
    if (this.child.pid) void this.guard(folder);
  }

  /** 0 where it could not be started. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Asks it to end and waits; one that has not ended after `withinMs` is killed. Harmless when it has ended. */
  async stop(signal: NodeJS.Signals, withinMs: number): Promise<number> {
    this.signal(this.pid, signal);
    const code = await Promise.race([this.exited, delay(withinMs, undefined, { ref: false })]);
    await this.kill();
    if (code === undefined) throw new Error(`${this.child.spawnfile} was killed: it had not ended ${withinMs} ms after ${signal}`);
    return code;
  }

  /** Kills it (SIGKILL) with everything it started, and waits until it is gone. Harmless when it has ended. */
  async kill(): Promise<void> {
    if (!this.pid) return;
    // Stopped first, a process cannot start another child while the list is made.
    this.signal(this.pid, 'SIGSTOP');
    const family = descendants(this.pid);
    this.signal(-this.pid, 'SIGKILL');
    family.forEach((pid) => this.signal(pid, 'SIGKILL'));
    await this.exited;
  }

  private signal(pid: number, signal: NodeJS.Signals): void {
    // A group may have members left after its leader ended; the leader's own number may be somebody else's by then.
    if (this.exitCode !== undefined && pid > 0) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  private async guard(folder: string): Promise<void> {
    const guard = spawn('/bin/sh', ['-c', GUARD, String(this.pid), folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    guard.unref();
    (guard.stdin as unknown as { unref(): void }).unref();
    await this.exited;
    guard.kill('SIGKILL');
    await once(guard, 'exit');
  }
}

/** Children, grandchildren and so on, those in other process groups too (every PostgreSQL backend leads its own). Linux only. */
function descendants(pid: number): number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const children = tasks.flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number));
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return []; // It has just ended, or the system has no /proc: the group is killed all the same.
  }
}
