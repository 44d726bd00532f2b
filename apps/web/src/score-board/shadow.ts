import boardStyle from '../board.css?inline';
import type { ElementWords } from './element-words';
import elementStyle from './score-board.css?inline';

const sheet = new CSSStyleSheet();
sheet.replaceSync(boardStyle + elementStyle);

/** The parts of an element that change. */
export interface Shadow {
  readonly status: HTMLElement;
  readonly left: HTMLElement;
  readonly rows: HTMLTableSectionElement;
}

/** Fills an element with an empty board. Without markup in strings and inline styles: strict Content-Security-Policies allow neither. */
export function fillShadow(host: HTMLElement, words: ElementWords): Shadow {
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];
  const status = make('span', { role: 'status' });
  const left = make('p', { part: 'left' });
  const rows = make('tbody', { part: 'rows' });
  const heads = [words.rank, words.player, words.score].map((word) => make('th', { scope: 'col' }, word));
  const table = make('table', { part: 'table' }, make('caption', {}, words.caption), make('thead', {}, make('tr', {}, ...heads)), rows);
  const empty = make('p', { 'data-empty': '', 'part': 'empty' }, make('slot', { name: 'empty' }, words.empty));
  root.append(make('header', { part: 'header' }, make('slot', {}), status), left, table, empty);
  return { status, left, rows };
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string>>, ...content: readonly (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}
