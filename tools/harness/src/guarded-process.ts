import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterExit } from './after-exit';
import { descendants } from './processes';

/** A child process, leader of its own group, that does not outlive this process, however this one ends. */
export class GuardedProcess {
  readonly child: ChildProcess;
  /** Resolves with the exit code; 128 + its number where a signal ended it, 127 where it could not be started. */
  readonly exited: Promise<number>;
  /** Undefined while it runs. */
  exitCode?: number;

  constructor(command: string, args: readonly string[], options: SpawnOptions) {
    this.child = spawn(command, args, { ...options, detached: true }).on('error', () => undefined); // `exited` resolves with 127
    const callOff = this.pid ? afterExit('kill -s KILL -- "-$0"', `${this.pid}`) : () => undefined;
    const ended = once(this.child, 'exit') as Promise<[number | null, NodeJS.Signals]>;
    this.exited = ended.then(([code, signal]) => code ?? 128 + constants.signals[signal], () => 127).then((code) => {
      this.signal(-this.pid, 'SIGKILL'); // whom its leader left behind in the group
      callOff();
      return (this.exitCode = code);
    });
  }

  /** 0 where it could not be started. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Asks it to end and waits; one that has not ended after `withinMs` is killed. Harmless when it has ended. */
  async stop(signal: NodeJS.Signals, withinMs: number): Promise<number> {
    this.signal(this.pid, signal);
    const code = await Promise.race([this.exited, delay(withinMs, undefined, { ref: false })]);
    if (code !== undefined) return code;
    await this.kill();
    throw new Error(`${this.child.spawnfile} was killed: it had not ended ${withinMs} ms after ${signal}`);
  }

  /** Kills it (SIGKILL) with everything it started, and waits until it is gone. Harmless when it has ended. */
  async kill(): Promise<void> {
    // Stopped first, a process cannot start another child while the list is made.
    this.signal(this.pid, 'SIGSTOP');
    const family = descendants(this.pid);
    this.signal(-this.pid, 'SIGKILL');
    family.forEach((pid) => this.signal(pid, 'SIGKILL'));
    await this.exited;
    while (family.some((pid) => existsSync(`/proc/${pid}/exe`))) await delay(5);
  }

  private signal(pid: number, signal: NodeJS.Signals): void {
    // Once it has ended its number may be somebody else's; 0 would be ourselves.
    if (!pid || this.exitCode !== undefined) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
