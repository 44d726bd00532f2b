import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { COMMANDS_PATTERN, type ConsumerHandle, type ScoreQueue } from '@scoreboard/application';
import type { Rejection, ScoreCommand } from '@scoreboard/domain';
import { isObservable, lastValueFrom } from 'rxjs';

/**
 * A Nest transport that hands batches of any `ScoreQueue` to the one handler of `COMMANDS_PATTERN`, a function from
 * `ScoreCommand[]` to `Rejection[]`. Where that fails the queue keeps the batch and tries again; for the fault to arrive here
 * as it was thrown, and unlogged, the controller needs a filter that rethrows.
 */
export class ScoreQueueStrategy extends Server implements CustomTransportStrategy {
  private consumption: ConsumerHandle | undefined;

  constructor(private readonly queue: ScoreQueue) {
    super();
  }

  /** Does not wait for the queue's server; an app without a handler does not start. */
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
    throw new Error('this transport has no events');
  }

  unwrap<T>(): T {
    return this.queue as T;
  }
}
