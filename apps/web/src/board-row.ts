import type { RankedScore } from '@scoreboard/client';
import { compact, exact } from './numbers';

/** Creates a row like the server's (`libs/interfaces/src/page/page-template.ts`). Names come from users: set them as text, never as markup. */
export function createRow({ rank, userId, score }: RankedScore): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.dataset.user = userId;
  const head = document.createElement('th');
  head.scope = 'row';
  const name = document.createElement('bdi');
  name.title = userId;
  name.textContent = userId;
  head.append(name);
  const points = document.createElement('td');
  points.append(document.createElement('span'));
  row.append(document.createElement('td'), head, points);
  updateRow(row, { rank, userId, score });
  return row;
}

export function updateRow(row: HTMLTableRowElement, { rank, score }: RankedScore): void {
  Object.assign(row.dataset, { score: String(score), rank: String(rank) });
  const [place, , points] = row.cells as unknown as [HTMLElement, HTMLElement, HTMLElement];
  place.textContent = String(rank);
  points.firstElementChild!.textContent = exact(score);
  showCompact(points, score);
}

/** The style sheet shows the compact form if the exact one does not fit. The exact form stays for screen readers, and as a tooltip. */
function showCompact(cell: HTMLElement, score: number): void {
  const short = compact(score);
  if (short) Object.assign(cell, { title: exact(score) }).dataset.compact = short;
  else for (const name of ['title', 'data-compact']) cell.removeAttribute(name);
}

export const scoreOf = (row: HTMLElement): number => Number(row.dataset.score);
export const rankOf = (row: HTMLElement): number => Number(row.dataset.rank);
