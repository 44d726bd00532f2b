import type { Me, Receipt, SubmitError } from '@scoreboard/client';
import { Countdown } from './countdown';
import { find } from './find';
import { exact } from './numbers';
import type { Progress } from './pending-points';
import { COUNTED, FULL, GONE, reasonFor, refusalFor, SLOW } from './play-words';
import { TabStore } from './tab-store';

const FLICKER_MS = 300;

/** The part of the page where a stranger earns points. Every click is answered by what it shows. */
export class PlayPanel implements Progress {
  private readonly kept = new TabStore<Me>('me');
  private readonly points = find('[data-points]');
  private readonly place = find('[data-place]');
  private readonly pending = find('[data-pending]');
  private readonly note = new Countdown(find('[data-note]'));
  private pendingCount = 0;
  /** The last click was not taken. */
  private isFull = false;
  private timer?: ReturnType<typeof setTimeout>;

  /** Shows what was earned before a reload, until the server says more. */
  constructor() {
    const me = this.kept.get();
    if (me) this.showMe(me);
    find('[data-play]').hidden = false;
  }

  /** Calls `earn` at each click, which returns false for a point that is not taken. */
  offer(earn: () => boolean): void {
    find('[data-try]').addEventListener('click', () => {
      this.isFull = !earn();
      if (this.isFull) this.note.say(FULL);
    });
  }

  showMe(me: Me): void {
    this.kept.set(me);
    this.note.dismiss();
    const { score, rank } = me;
    // The place moves with the points of others as well: it is read out with one's own points, and never alone.
    this.place.replaceChildren(...(rank === null ? [] : [', place ', strong(rank)]));
    if (this.points.dataset.points === String(score)) return;
    this.points.dataset.points = String(score);
    if (!this.pendingCount) this.note.say('');
    this.points.replaceChildren('You: ', strong(score), score === 1 ? ' point' : ' points');
  }

  forgetMe(): void {
    this.kept.set(undefined);
    this.place.textContent = '';
    this.points.dataset.points = '';
    this.points.textContent = 'No points yet';
    this.note.say(GONE);
  }

  /** Points that count at once are not shown as pending: that would only flicker. */
  onPending(count: number): void {
    clearTimeout(this.timer);
    this.pendingCount = count;
    const show = () => (this.pending.textContent = count ? `+${count} on the way` : '');
    if (count === 0 || this.pending.textContent) show();
    else this.timer = setTimeout(show, FLICKER_MS);
  }

  onSlow(): void {
    this.note.say(SLOW);
  }

  onRetry(error: SubmitError): void {
    this.note.say(this.isFull ? FULL : reasonFor(error), error.retryAfterMs);
  }

  onCounted({ userId, score, rank = null }: Receipt): void {
    this.isFull = false;
    this.note.say(score === undefined ? COUNTED : '');
    // Also where no live connection tells it. One that is live may have told more by now.
    if (score !== undefined && score > (this.kept.get()?.score ?? 0)) this.showMe({ userId, score, rank });
  }

  onRefused(error: SubmitError): void {
    this.note.say(refusalFor(error));
  }
}

function strong(value: number): HTMLElement {
  const element = document.createElement('strong');
  element.textContent = exact(value);
  return element;
}
