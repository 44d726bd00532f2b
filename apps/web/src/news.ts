import type { RankedScore } from '@scoreboard/client';
import { nameOf } from './board-row';
import { find } from './find';
import { exact } from './numbers';
import { fill, words } from './words';

/** The minimum time between two announcements to screen readers. */
const INTERVAL_MS = 10_000;

/** Announces a new leader to screen readers, at most every ten seconds and only the newest one. */
export class News {
  private readonly element = find('[data-news]');
  private leader?: string;
  private waiting?: ReturnType<typeof setTimeout>;
  private saidAt = -Infinity;

  hear([first]: readonly RankedScore[]): void {
    const isNew = this.leader !== undefined && first && first.userId !== this.leader;
    this.leader = first?.userId ?? this.leader;
    if (!isNew) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.say(fill(words.leads, { name: nameOf(first), score: exact(first.score) })), Math.max(0, this.saidAt + INTERVAL_MS - performance.now()));
  }

  /** The next board is another one: its leader is no news. */
  forget(): void {
    clearTimeout(this.waiting);
    this.leader = undefined;
  }

  private say(text: string): void {
    this.saidAt = performance.now();
    this.element.textContent = text;
  }
}
