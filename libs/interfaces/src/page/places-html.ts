import { BOARD_SIZE } from '@scoreboard/domain';
import { type Numbers, row, type RowStyle } from './board-rows';
import { escape } from './html';
import { endOfPage, type Places, startOfPageBefore } from './places';

/** The texts that the server needs for what is below the ten. */
export type PlacesWords = Readonly<Record<'rank' | 'player' | 'score' | 'placesFromTo' | 'asOf' | 'refresh' | 'begins' | 'nobodyBegins' | 'tooShort' | 'nobodyFrom' | 'notNow' | 'pages', string>>;

export interface PlacesContent extends Places {
  /** Whether the board has ten users, so that there may be more. */
  readonly isFull: boolean;
  /** What links keep of the page's URL: board and language. */
  readonly kept: Readonly<Record<string, string>>;
  readonly at: Date;
}

/** The hidden fields of the search, so that it stays on the board. */
export const keptFields = (kept: PlacesContent['kept']): string =>
  Object.entries(kept).map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`).join('');

/** What is below the ten: a link to the next places, or a list with links to the pages before and after. Everything is a link, so it works without scripts. */
export function placesHtml(content: PlacesContent, words: PlacesWords, style: RowStyle): string {
  const { numbers } = style;
  const { from, to, name, entries, problem, isFull, kept } = content;
  const page = (first: number, relation = '') => `<a href="${linkTo({ ...kept, from: String(first) })}"${relation}>${range(first, endOfPage(first), words, numbers)}</a>`;
  const pages = (...links: string[]) => (links.length ? `<nav aria-label="${escape(words.pages)}">${links.join(' ')}</nav>` : '');
  const first = pages(...(isFull ? [page(BOARD_SIZE + 1)] : []));
  const asked: Record<string, string> = name === undefined ? { from: String(from) } : { name };
  const refresh = `<a href="${linkTo({ ...kept, ...asked })}">${escape(words.refresh)}</a>`;
  if (problem) return `${note(escape(words[problem]), problem === 'notNow' ? refresh : '')}${first}`;
  if (!entries) return first;
  const title = name === undefined ? range(from!, entries.at(-1)?.rank ?? from!, words, numbers) : fill(words.begins, { name: `<bdi>${escape(name)}</bdi>` });
  const none = name === undefined ? fill(words.nobodyFrom, { from: numbers.exact.format(from!) }) : fill(words.nobodyBegins, { name: `<bdi>${escape(name)}</bdi>` });
  const around = name === undefined ? pages(...(from! > BOARD_SIZE + 1 ? [page(startOfPageBefore(from!), ' rel="prev"')] : []), ...(entries.length > to! - from! ? [page(to! + 1, ' rel="next"')] : [])) : first;
  if (!entries.length) return `${note(none, refresh)}${around}`;
  return `<h3 id="list" tabindex="-1">${title}</h3><p>${asOf(content.at, words)} ${refresh}</p>${table(content, words, style)}${around}`;
}

const note = (text: string, link: string): string => `<p tabindex="-1">${text} ${link}</p>`;

const range = (from: number, to: number, words: PlacesWords, { exact }: Numbers): string => fill(words.placesFromTo, { from: exact.format(from), to: exact.format(to) });

/** The page's script writes the time as the visitor's clock shows it. */
const asOf = (at: Date, words: PlacesWords): string => fill(words.asOf, { time: `<time datetime="${at.toISOString()}">${at.toISOString().slice(0, 19).replace('T', ' ')}Z</time>` });

function table({ entries = [] }: PlacesContent, words: PlacesWords, style: RowStyle): string {
  const heads = [words.rank, words.player, words.score].map((word) => `<th scope="col">${escape(word)}</th>`).join('');
  return `<table aria-labelledby="list"><thead><tr>${heads}</tr></thead><tbody>${entries.map((entry) => row(entry, style, false)).join('')}</tbody></table>`;
}

const linkTo = (query: Readonly<Record<string, string>>): string => escape(`?${new URLSearchParams(query)}#places`);

/** `values` are HTML; the text is not. */
const fill = (text: string, values: Readonly<Record<string, string>>): string => escape(text).replace(/\{(\w+)\}/g, (_, name: string) => values[name]!);
