import { Logger } from '@nestjs/common';
import { BoardFeed, FeedListeners, type ScoresChanged } from '@scoreboard/application';

/** The feed within one process. As over a network, a hint arrives asynchronously and as a copy. No hint is lost. */
export class EmbeddedBoardFeed extends BoardFeed {
  private readonly listeners = new FeedListeners(new Logger('BoardFeed'));

  async publish(change: ScoresChanged): Promise<void> {
    const content = JSON.stringify(change);
    setImmediate(() => this.listeners.deliver(JSON.parse(content) as ScoresChanged));
  }

  async subscribe(listener: (change: ScoresChanged) => void): Promise<() => Promise<void>> {
    return this.listeners.add(listener);
  }
}
