import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { COMMANDS_PATTERN, type ConsumerHandle, type ScoreQueue } from '@scoreboard/application';
import type { Rejection, ScoreCommand } from '@scoreboard/domain';
import { isObservable, lastValueFrom } from 'rxjs';

/**
 * A Nest transport that passes batches from any `ScoreQueue` to the handler of `COMMANDS_PATTERN`, a function from
 * `ScoreCommand[]` to `Rejection[]`. If the handler throws, the queue keeps the batch and retries it. The controller needs a
 * filter that rethrows, so that the error arrives here unchanged and unlogged.
 */
export class ScoreQueueStrategy extends Server implements CustomTransportStrategy {
  private consumption: ConsumerHandle | undefined;

  constructor(private readonly queue: ScoreQueue) {
    super();
  }

  /** Does not wait for the queue's server. Fails the start if no controller handles `COMMANDS_PATTERN`. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    const handler = this.getHandlerByPattern(COMMANDS_PATTERN);
    if (!handler) return callback(new Error(`no controller handles ${COMMANDS_PATTERN}`));
    this.consumption = await this.queue.consume(async (commands: readonly ScoreCommand[]): Promise<readonly Rejection[]> => {
      const result: unknown = await handler(commands);
      return (isObservable(result) ? await lastValueFrom(result) : result) as readonly Rejection[];
    });
    callback();
  }

  async close(): Promise<void> {
    await this.consumption?.close();
  }

  on(): never {
    throw new Error('ScoreQueueStrategy has no events');
  }

  unwrap<T>(): T {
    return this.queue as T;
  }
}
