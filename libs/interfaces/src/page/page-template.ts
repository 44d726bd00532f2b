import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShownEntry } from '@scoreboard/application';
import type { BoardTab } from './board-tabs';

export interface PageContent {
  /** The newest board; undefined before the first one. `revision` is that of the board `global`. */
  readonly board: { readonly revision?: number; readonly entries: readonly ShownEntry[] } | undefined;
  /** The time of the request: shown if no script updates the board. */
  readonly at: Date;
  /** How many rows to show. */
  readonly count: number;
  readonly title?: string;
  /** Whether to include the play panel. */
  readonly play?: boolean;
  /** Whether to include the lines about the board's period. */
  readonly period?: boolean;
  readonly tabs?: readonly BoardTab[];
  /** The id of the selected tab. */
  readonly selected?: string;
  /** Origins from which pictures are loaded; others are left out. */
  readonly avatarOrigins: readonly string[];
  /** `data-<name>` attributes of the page; undefined ones are left out. */
  readonly data: Readonly<Record<string, string | number | undefined>>;
}

/** The texts of a page that the server needs. */
export type PageWords = Readonly<Record<'today' | 'thisWeek' | 'thisMonth' | 'thisYear' | 'allTime', string>>;

/** A built page in one language, with placeholders that are filled for each request, so the first paint shows the board without a script. */
export class PageTemplate {
  readonly words: PageWords;
  private readonly html: string;
  private readonly numbers: Numbers;

  constructor(folder: string, name: string, language: string) {
    const path = join(folder, `${name}.${language}.html`);
    if (!existsSync(path)) throw new Error('the page is not built. Run npm run build.');
    this.html = readFileSync(path, 'utf8');
    this.words = JSON.parse(/<script type="application\/json" id="words">(.*?)<\/script>/.exec(this.html)![1]!) as PageWords;
    const locale = `${language}-u-nu-latn`;
    this.numbers = { exact: new Intl.NumberFormat(locale), compact: new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 }) };
  }

  fill({ board, at, count, title = '', play = false, period = false, tabs = [], selected, avatarOrigins, data }: PageContent): string {
    const rows = (board?.entries ?? []).slice(0, count);
    return this.html
      .replace(/<!--play-->([^]*)<!--\/play-->/, (_, part: string) => (play ? part : ''))
      .replace(/<!--period-->([^]*)<!--\/period-->/, (_, part: string) => (period ? part : ''))
      .replace('<!--tabs-->', () => tabs.map((tab) => link(tab, tab.id === selected)).join(''))
      .replace('data-page', () => attributes({ revision: board?.revision, pictures: avatarOrigins.join(' ') || undefined, ...data }))
      .replaceAll('<!--title-->', () => escape(title))
      .replace('<!--time-->', `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`)
      .replace('<!--rows-->', () => rows.map((entry) => row(entry, avatarOrigins, this.numbers)).join(''));
  }
}

/** Shorter scores have no compact form: it would not be shorter. */
const COMPACT_FROM = 1_000_000;

interface Numbers {
  readonly exact: Intl.NumberFormat;
  readonly compact: Intl.NumberFormat;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it stands in HTML and its attributes. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const attributes = (data: PageContent['data']): string =>
  Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `data-${name}="${escape(String(value))}"`)
    .join(' ');

/** A tab that also works as a link, without scripts. */
const link = ({ id, name }: BoardTab, isSelected: boolean): string =>
  `<a role="tab" id="tab-${id}" href="?board=${id}" data-tab="${id}" aria-selected="${isSelected}">${escape(name)}</a>`;

/** Must match the rows of the page's script (`apps/web/src/board-row.ts`), which reuses these. */
function row({ rank, userId, score, name = userId, avatarUrl }: ShownEntry, avatarOrigins: readonly string[], numbers: Numbers): string {
  const id = escape(userId);
  const isShown = avatarUrl !== undefined && avatarOrigins.includes(new URL(avatarUrl).origin);
  const picture = isShown ? `<img alt="" loading="lazy" referrerpolicy="no-referrer" src="${escape(avatarUrl)}">` : '';
  const exact = numbers.exact.format(score);
  const short = score < COMPACT_FROM ? '' : ` title="${exact}" data-compact="${numbers.compact.format(score)}"`;
  return (
    `<tr data-user="${id}" data-score="${score}" data-rank="${rank}">` +
    `<td>${rank}</td><th scope="row"><bdi title="${id}">${picture}${escape(name)}</bdi></th><td${short}><span>${exact}</span></td></tr>`
  );
}
