import type { Me, Receipt, SubmitError } from '@scoreboard/client';
import { GLOBAL } from './boards';
import { Countdown } from './countdown';
import { find } from './find';
import type { Guest } from './guest';
import { KeptValue } from './kept-value';
import { NameForm } from './name-form';
import { exact } from './numbers';
import type { Progress } from './pending-points';
import { reasonFor, refusalFor } from './play-words';
import { fill, fillWith, pointsFor, words } from './words';

const FLICKER_MS = 300;

/** The panel where a guest earns points. Every click has a visible result. */
export class PlayPanel implements Progress {
  /** The place on the board `global`. */
  private readonly kept = new KeptValue<Me>('me', 'browser');
  private readonly points = find('[data-points]');
  private readonly place = find('[data-place]');
  private readonly pending = find('[data-pending]');
  private readonly note = new Countdown(find('[data-note]'));
  private readonly names: NameForm;
  private isGlobal = true;
  private hasPlayed = false;
  private pendingCount = 0;
  /** The last click added no point. */
  private isFull = false;
  private timer?: ReturnType<typeof setTimeout>;

  constructor(guest: Guest) {
    this.names = new NameForm(() => guest.player, (name) => this.note.say(fill(words.named, { name })));
    find('[data-play]').hidden = false;
  }

  /** The panel is about this board now. Until the server sends the place on it, shows that from before a reload on the board `global`, and none on others. */
  choose(board: string): void {
    this.isGlobal = board === GLOBAL;
    const me = this.kept.get();
    this.hasPlayed ||= me !== undefined;
    if (!this.hasPlayed) return;
    this.clear();
    if (this.isGlobal && me) this.showMe(me);
  }

  /** Calls `earn` on each click; it returns false if the point was not added. */
  offer(earn: () => boolean): void {
    find('[data-try]').addEventListener('click', () => {
      this.isFull = !earn();
      if (this.isFull) this.note.say(words.full);
    });
  }

  showMe(me: Me): void {
    this.hasPlayed = true;
    if (this.isGlobal) this.kept.set(me);
    this.note.dismiss();
    this.names.show(me);
    const { score, rank } = me;
    // The rank also changes with the points of others, so it is announced only together with the player's own points.
    this.place.replaceChildren(...(rank === null ? [] : fillWith(words.atRank, { n: strong(rank) })));
    if (this.points.dataset.points === String(score)) return;
    this.points.dataset.points = String(score);
    if (!this.pendingCount) this.note.say('');
    this.points.replaceChildren(...fillWith(fill(words.you, { points: pointsFor(score) }), { n: strong(score) }));
  }

  forgetMe(): void {
    this.kept.set(undefined);
    this.hasPlayed = false;
    this.names.hide();
    this.clear();
    this.points.textContent = words.noPoints;
    this.note.say(words.gone);
  }

  /** Points that are confirmed quickly are not shown as pending: that would flicker. */
  onPending(count: number): void {
    clearTimeout(this.timer);
    this.pendingCount = count;
    const show = () => (this.pending.textContent = count ? fill(words.pending, { n: String(count) }) : '');
    if (count === 0 || this.pending.textContent) show();
    else this.timer = setTimeout(show, FLICKER_MS);
  }

  onSlow(): void {
    this.note.say(words.slow);
  }

  onRetry(error: SubmitError): void {
    this.note.say(this.isFull ? words.full : reasonFor(error), error.retryAfterMs);
  }

  /** The receipt's score and rank are those on the board `global`. */
  onCounted({ userId, score, rank = null }: Receipt): void {
    this.isFull = false;
    this.note.say(score === undefined || (!this.isGlobal && !isLive()) ? words.counted : '');
    if (!this.isGlobal || score === undefined) return;
    const kept = this.kept.get();
    const known = kept?.userId === userId ? kept : undefined;
    // Needed without a live connection. A live one may have reported a higher score already.
    if (score > Number(this.points.dataset.points ?? 0)) this.showMe({ ...known, userId, score, rank });
  }

  onRefused(error: SubmitError): void {
    this.note.say(refusalFor(error));
  }

  private clear(): void {
    this.place.textContent = '';
    this.points.dataset.points = '';
    this.points.textContent = '';
  }
}

const isLive = (): boolean => find('[role=status]').dataset.state === 'live';

function strong(value: number): HTMLElement {
  const element = document.createElement('strong');
  element.textContent = exact(value);
  return element;
}
