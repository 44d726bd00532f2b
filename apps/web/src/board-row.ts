import type { RankedScore } from '@scoreboard/client';
import { compact, exact } from './numbers';

/** How the rows of a board are shown. */
export interface RowStyle {
  /** The origins from which pictures may be loaded. */
  readonly pictures: readonly string[];
  /** What follows the path of a player's page; undefined where names are no links. */
  readonly players?: string;
}

/** Creates a row like the server's (`libs/interfaces/src/page/board-rows.ts`). Names come from users: set them as text, never as markup. */
export function createRow(entry: RankedScore, style: RowStyle): HTMLTableRowElement {
  const row = document.createElement('tr');
  const head = document.createElement('th');
  head.scope = 'row';
  const name = document.createElement('bdi');
  name.title = entry.userId;
  head.append(name);
  const points = document.createElement('td');
  points.append(document.createElement('span'));
  row.append(document.createElement('td'), head, points);
  updateRow(row, entry, style);
  return row;
}

export function updateRow(row: HTMLTableRowElement, entry: RankedScore, style: RowStyle): void {
  const { rank, score } = entry;
  const [place, head, points] = row.cells as unknown as [HTMLElement, HTMLElement, HTMLElement];
  showName(head.firstElementChild as HTMLElement, entry, style);
  if (place.firstChild?.textContent !== String(rank)) place.textContent = String(rank); // what else is in the cell is about this rank
  points.firstElementChild!.textContent = exact(score);
  showCompact(points, score);
}

export const nameOf = ({ name, userId }: RankedScore): string => name ?? userId;

/** A picture that is shown already is not loaded again. */
function showName(element: HTMLElement, entry: RankedScore, { pictures, players }: RowStyle): void {
  const { avatarUrl } = entry;
  const picture = avatarUrl && pictures.includes(new URL(avatarUrl).origin) ? avatarUrl : undefined;
  const isShown = element.textContent === nameOf(entry) && element.querySelector('img')?.getAttribute('src') === picture;
  if (!isShown) linkIn(element, entry, players).replaceChildren(...(picture ? [createPicture(picture)] : []), nameOf(entry));
}

/** The link to the player's page, as the only content of the element; the element itself where names are no links. */
function linkIn(element: HTMLElement, { userId }: RankedScore, players: string | undefined): HTMLElement {
  if (players === undefined) return element;
  const link = document.createElement('a');
  link.href = `/players/${encodeURIComponent(userId)}${players}`;
  element.replaceChildren(link);
  return link;
}

function createPicture(url: string): HTMLImageElement {
  const image = document.createElement('img');
  image.alt = '';
  image.loading = 'lazy';
  image.referrerPolicy = 'no-referrer';
  image.src = url;
  return image;
}

/** The style sheet shows the compact form if the exact one does not fit. The exact form stays for screen readers, and as a tooltip. */
function showCompact(cell: HTMLElement, score: number): void {
  const short = compact(score);
  if (short) Object.assign(cell, { title: exact(score) }).dataset.compact = short;
  else for (const name of ['title', 'data-compact']) cell.removeAttribute(name);
}

/** Writes into the row of a board whose it is. */
export function labelRow(row: HTMLElement, { userId, score, rank }: RankedScore): void {
  Object.assign(row.dataset, { user: userId, score: String(score), rank: String(rank) });
}

/** What `labelRow` or the server wrote. */
export const entryOf = ({ dataset: { user, score, rank } }: HTMLElement): RankedScore => ({ userId: user!, score: Number(score), rank: Number(rank) });
