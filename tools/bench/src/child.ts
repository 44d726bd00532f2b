import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';

/** What a process does for the one that started it, by name. */
type Jobs = Readonly<Record<string, (...given: never[]) => unknown>>;

/** A module of this folder in a process of its own, which ends with this one. `Served` is the type of the jobs that it serves. */
export class Child<Served extends Jobs> {
  private readonly process: ChildProcess;
  private asked = 0;

  constructor(module: string, args: readonly string[] = [], nodeArgs: readonly string[] = []) {
    // Structured clones: JSON would make null of what is undefined.
    this.process = fork(join(__dirname, `${module}.js`), args, { execArgv: [...nodeArgs], serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** Gives it a job, beside those that it has; throws what the job throws, and where the process ends instead. */
  async ask<Name extends keyof Served & string>(name: Name, ...given: Parameters<Served[Name]>): Promise<Awaited<ReturnType<Served[Name]>>> {
    const id = this.asked++;
    this.process.send({ id, name, given });
    for await (const [{ id: answered, answer, error }] of on(this.process, 'message', { close: ['exit'] })) {
      if (answered !== id) continue;
      if (error !== undefined) throw new Error(error);
      return answer;
    }
    throw new Error(`${this.process.spawnargs[1]} ended with code ${this.process.exitCode}`);
  }

  async end(): Promise<void> {
    this.process.disconnect();
    await once(this.process, 'exit');
  }
}

/** In the child: does these jobs until the parent ends. */
export function serve(jobs: Jobs): void {
  const run = async (name: string, given: never[]) => jobs[name]!(...given);
  process.on('message', ({ id, name, given }: { id: number; name: string; given: never[] }) => {
    void run(name, given).then((answer) => process.send!({ id, answer }), (error: Error) => process.send!({ id, error: error.message }));
  });
  process.once('disconnect', () => process.exit());
}
