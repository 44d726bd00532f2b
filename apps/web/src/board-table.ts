import type { RankedScore } from '@scoreboard/client';
import { createRow, entryOf, labelRow, type RowStyle, updateRow } from './board-row';
import { appear, endGlide, flashGain, glide, isSeen, markMove } from './motion';

interface ShownRow {
  readonly row: HTMLTableRowElement;
  readonly entry: RankedScore;
}

/** As the server's settings say. */
const { pictures, players } = document.documentElement.dataset;
const OF_THE_PAGE: RowStyle = { pictures: pictures?.split(' ') ?? [], players };

/**
 * The rows of the board, or of the player's neighbors. A player keeps the same row while shown, so that moves can be animated. A click on a row,
 * beside the link to the player's page, shows its full name and score; another click hides them again.
 */
export class BoardTable {
  private readonly shown = new Map<string, ShownRow>();
  private userId?: string;
  private readonly isBoard: boolean;

  /** Adopts the rows of the board that the server rendered. The rows of neighbors go into a `tfoot`, after `offset` other rows of it. */
  constructor(
    private readonly section: HTMLTableSectionElement,
    private readonly offset = 0,
    public style: RowStyle = OF_THE_PAGE,
  ) {
    this.isBoard = section.tagName === 'TBODY';
    if (this.isBoard) for (const row of section.rows) this.shown.set(row.dataset.user!, { row, entry: entryOf(row) });
    section.addEventListener('click', ({ target }) => (target as Element).closest('tr')?.toggleAttribute('data-open'));
    this.showShares();
  }

  /**
   * Shows a complete list. Rows that moved glide to their new place; rows that gained points light up. `most` is the score with the longest bar.
   * Default: the highest one.
   */
  show(entries: readonly RankedScore[], most?: number): void {
    const tops = new Map([...this.shown.values()].map(({ row }) => [row, row.getBoundingClientRect().top]));
    const isFirst = tops.size === 0;
    const changes = entries.map((entry) => this.take(entry));
    this.place(entries);
    this.showShares(most);
    if (!isSeen() || isFirst) return;
    for (const row of tops.keys()) endGlide(row);
    for (const { row, gain, climbed } of changes) {
      const top = tops.get(row);
      if (top === undefined) appear(row);
      else glide(row, top);
      if (gain > 0) flashGain(row, gain);
      if (climbed) markMove(row, climbed > 0 ? 'up' : 'down');
    }
  }

  /** Removes all rows: the next board is another one, so nothing moves from this one to it. */
  clear(): void {
    for (const { row } of this.shown.values()) row.remove();
    this.shown.clear();
  }

  /** Marks the player's own row; undefined marks none. */
  markOwn(userId: string | undefined): void {
    if (userId === this.userId) return;
    this.userId = userId;
    for (const shown of this.shown.values()) this.markIfOwn(shown);
  }

  private take(entry: RankedScore): { readonly row: HTMLTableRowElement; readonly gain: number; readonly climbed: number } {
    const known = this.shown.get(entry.userId);
    if (known) updateRow(known.row, entry, this.style);
    const row = known?.row ?? createRow(entry, this.style);
    if (this.isBoard) labelRow(row, entry);
    this.shown.set(entry.userId, { row, entry });
    this.markIfOwn({ row, entry });
    return { row, gain: known ? entry.score - known.entry.score : 0, climbed: known ? known.entry.rank - entry.rank : 0 };
  }

  /** Moves only rows that are out of place: reinserting a row restarts its transitions. */
  private place(entries: readonly RankedScore[]): void {
    const staying = new Set(entries.map(({ userId }) => userId));
    for (const [userId, { row }] of this.shown) {
      if (staying.has(userId)) continue;
      this.shown.delete(userId);
      row.remove();
    }
    entries.forEach(({ userId }, i) => {
      const { row } = this.shown.get(userId)!;
      const there = this.section.rows[i + this.offset];
      if (there !== row) this.section.insertBefore(row, there ?? null);
    });
  }

  /** Each row's share of the highest score, as the length of its bar. */
  private showShares(most = Math.max(1, ...[...this.shown.values()].map(({ entry }) => entry.score))): void {
    for (const { row, entry } of this.shown.values()) row.style.setProperty('--share', (entry.score / most).toFixed(4));
  }

  private markIfOwn({ row, entry }: ShownRow): void {
    if (entry.userId === this.userId) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
}
