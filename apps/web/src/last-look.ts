import type { RankedScore } from '@scoreboard/client';
import { KeptValue } from './kept-value';
import { isSeen } from './motion';
import { exact } from './numbers';
import { fill, words } from './words';

/** The ranks of the players on a board when the visitor looked last. */
interface Look {
  readonly period?: string;
  readonly ranks: Readonly<Record<string, number>>;
}

/**
 * Marks how many places each player has gained or lost since the visitor looked last: in an earlier visit with this browser, or before the tab was hidden.
 * A mark goes when the player's rank changes again, which the row shows by moving.
 */
export class LastLook {
  private board?: string;
  private period?: string;
  private entries: readonly RankedScore[] = [];
  /** Whether the visitor has not seen this board since the last look. */
  private isFirst = false;

  constructor(private readonly rows: HTMLTableSectionElement) {
    addEventListener('pagehide', () => this.keep());
    document.addEventListener('visibilitychange', () => (isSeen() ? this.mark() : this.keep()));
  }

  /** Call it after each board was shown. */
  show(board: string, period: string | undefined, entries: readonly RankedScore[]): void {
    if (board !== this.board) {
      if (isSeen()) this.keep();
      this.isFirst = true;
    }
    this.board = board;
    this.period = period;
    this.entries = entries;
    if (this.isFirst && isSeen()) this.mark();
  }

  private kept(): KeptValue<Look> {
    return new KeptValue(`seen-${this.board}`, 'browser');
  }

  private keep(): void {
    if (!this.entries.length) return;
    this.kept().set({ period: this.period, ranks: Object.fromEntries(this.entries.map(({ userId, rank }) => [userId, rank])) });
  }

  private mark(): void {
    this.isFirst = false;
    const look = this.kept().get();
    if (!look || look.period !== this.period) return;
    const ranks = new Map(Object.entries(look.ranks ?? {}));
    for (const { cells, dataset } of this.rows.rows) {
      const [place] = cells as unknown as [HTMLElement];
      const gained = (ranks.get(dataset.user!) ?? Number(dataset.rank)) - Number(dataset.rank);
      place.querySelector('[data-since]')?.remove();
      if (gained) place.append(markOf(gained));
    }
  }
}

function markOf(gained: number): HTMLElement {
  const [sign, text] = gained > 0 ? ['▲', words.gainedPlaces] : ['▼', words.lostPlaces];
  const mark = document.createElement('span');
  mark.dataset.since = gained > 0 ? 'up' : 'down';
  mark.role = 'img';
  mark.title = mark.ariaLabel = fill(text, { n: exact(Math.abs(gained)) });
  mark.textContent = `${sign}${exact(Math.abs(gained))}`;
  return mark;
}
