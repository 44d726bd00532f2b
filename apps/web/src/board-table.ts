import type { RankedScore } from '@scoreboard/client';
import { createRow, rankOf, scoreOf, updateRow } from './board-row';
import { find } from './find';
import { appear, endGlide, flashGain, glide, isSeen, markMove } from './motion';

/**
 * The rows of the board. A player keeps the same row while on the board, so that moves can be animated. A click on a
 * row shows its full name and score; another click hides them again.
 */
export class BoardTable {
  private readonly body = find<HTMLTableSectionElement>('tbody');
  private readonly rows = new Map<string, HTMLTableRowElement>();
  private userId?: string;

  /** Adopts the rows that the server rendered. */
  constructor() {
    for (const row of this.body.rows) this.rows.set(row.dataset.user!, row);
    this.body.addEventListener('click', ({ target }) => (target as Element).closest('tr')?.toggleAttribute('data-open'));
    this.showShares();
  }

  /** Shows a complete board. Rows that moved glide to their new place; rows that gained points light up. */
  show(entries: readonly RankedScore[]): void {
    const tops = new Map([...this.rows.values()].map((row) => [row, row.getBoundingClientRect().top]));
    const isFirst = tops.size === 0;
    const changes = entries.map((entry) => this.take(entry));
    this.place(entries);
    this.showShares();
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
    this.rows.clear();
    this.body.replaceChildren();
  }

  /** Marks the player's own row; undefined marks none. */
  markOwn(userId: string | undefined): void {
    if (userId === this.userId) return;
    this.userId = userId;
    for (const row of this.rows.values()) this.markIfOwn(row);
  }

  private take(entry: RankedScore): { readonly row: HTMLTableRowElement; readonly gain: number; readonly climbed: number } {
    const known = this.rows.get(entry.userId);
    const change = known && { row: known, gain: entry.score - scoreOf(known), climbed: rankOf(known) - entry.rank };
    if (known) updateRow(known, entry);
    const row = known ?? createRow(entry);
    this.rows.set(entry.userId, row);
    this.markIfOwn(row);
    return change ?? { row, gain: 0, climbed: 0 };
  }

  /** Moves only rows that are out of place: reinserting a row restarts its transitions. */
  private place(entries: readonly RankedScore[]): void {
    const staying = new Set(entries.map(({ userId }) => userId));
    for (const [userId, row] of this.rows) {
      if (staying.has(userId)) continue;
      this.rows.delete(userId);
      row.remove();
    }
    entries.forEach(({ userId }, i) => {
      const row = this.rows.get(userId)!;
      if (this.body.rows[i] !== row) this.body.insertBefore(row, this.body.rows[i] ?? null);
    });
  }

  /** Each row's share of the leader's score, as the length of its bar. */
  private showShares(): void {
    const most = Math.max(1, ...[...this.rows.values()].map(scoreOf));
    for (const row of this.rows.values()) row.style.setProperty('--share', (scoreOf(row) / most).toFixed(4));
  }

  private markIfOwn(row: HTMLElement): void {
    if (row.dataset.user === this.userId) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
}
