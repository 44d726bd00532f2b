import { type DeadLetter, DeadLetters, type PersonalData } from '@scoreboard/application';
import { DeadLetterQueue } from './dead-letter-queue';

/** `DeadLetters` on RabbitMQ. Opens a connection for each call and closes it afterwards. */
export class RabbitMqDeadLetters extends DeadLetters implements PersonalData {
  constructor(private readonly options: { readonly url: string; readonly prefix?: string }) {
    super();
  }

  async *list(): AsyncGenerator<DeadLetter> {
    yield* await this.with((queue) => queue.list());
  }

  replay(commandId?: string): Promise<number> {
    return this.with((queue) => queue.replay(commandId));
  }

  drop(commandId?: string): Promise<number> {
    return this.with((queue) => queue.drop(commandId));
  }

  count(userId: string): Promise<number> {
    return this.with((queue) => queue.count(userId));
  }

  rename(userId: string, pseudonym: string): Promise<number> {
    return this.with((queue) => queue.rename(userId, pseudonym));
  }

  private async with<T>(work: (queue: DeadLetterQueue) => Promise<T>): Promise<T> {
    const queue = await DeadLetterQueue.open(this.options);
    try {
      return await work(queue);
    } finally {
      await queue.close();
    }
  }
}
