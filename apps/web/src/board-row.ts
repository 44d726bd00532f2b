import type { RankedScore } from '@scoreboard/client';

/** A row as the server writes it (`libs/interfaces/src/page/page-template.ts`). Names come from strangers: set as text, never as markup. */
export function createRow({ rank, userId, score }: RankedScore): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.dataset.user = userId;
  const name = document.createElement('th');
  name.scope = 'row';
  name.textContent = userId;
  row.append(document.createElement('td'), name, document.createElement('td'));
  updateRow(row, { rank, userId, score });
  return row;
}

export function updateRow(row: HTMLTableRowElement, { rank, score }: RankedScore): void {
  Object.assign(row.dataset, { score: String(score), rank: String(rank) });
  const [place, , points] = row.cells as unknown as [HTMLElement, HTMLElement, HTMLElement];
  setText(place, String(rank));
  setText(points, score.toLocaleString('en'));
}

/** The text alone: a gain that is shown beside it stays. */
function setText(cell: HTMLElement, text: string): void {
  if (cell.firstChild instanceof Text) cell.firstChild.data = text;
  else cell.prepend(text);
}

export const scoreOf = (row: HTMLElement): number => Number(row.dataset.score);
export const rankOf = (row: HTMLElement): number => Number(row.dataset.rank);
