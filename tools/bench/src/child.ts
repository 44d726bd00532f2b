import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs a module of this folder in a process of its own, which ends with this one. It talks in messages. */
export const start = (module: string, args: readonly string[] = [], nodeArgs: readonly string[] = []): ChildProcess =>
  fork(join(__dirname, `${module}.js`), args, { execArgv: [...nodeArgs], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

/** The next message of a child; throws when it ends instead. */
export async function next<Message>(child: ChildProcess): Promise<Message> {
  const heard = new AbortController();
  const { signal } = heard;
  try {
    const ended = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`${child.spawnargs[1]} ended with code ${code}`);
    });
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [Message];
    return message;
  } finally {
    heard.abort();
  }
}

/** Gives a child one job and takes its one answer. */
export async function ask<Answer>(child: ChildProcess, job: object): Promise<Answer> {
  child.send(job);
  return next<Answer>(child);
}
