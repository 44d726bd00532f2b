import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShownEntry } from '@scoreboard/application';
import type { BoardTab } from './board-tabs';
import { escape, isShownPicture } from './html';

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
  /** What follows the path of a player's page in links, such as `?lang=de`; undefined: names are no links. */
  readonly players?: string;
  /** Origins from which pictures are loaded; others are left out. */
  readonly avatarOrigins: readonly string[];
  /** `data-<name>` attributes of the page; undefined ones are left out. */
  readonly data: Readonly<Record<string, string | number | undefined>>;
}

/** The texts of a page that the server needs. */
export interface PageWords extends Readonly<Record<BoardWord | PlayerWord, string>> {
  /** By the plural forms that the language has. */
  readonly points: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };
}

export type BoardWord = 'today' | 'thisWeek' | 'thisMonth' | 'thisYear' | 'allTime';
type PlayerWord = 'rank' | 'score' | 'places' | 'board' | 'bestActions' | 'action' | 'pointsOverTime' | 'day' | 'rankOf' | 'noPlayer' | 'thisPage' | 'newestCount';

/** All texts in a language, from the built page. */
export const readWords = (folder: string, language: string): PageWords =>
  JSON.parse(/<script type="application\/json" id="words">(.*?)<\/script>/.exec(readFileSync(join(folder, `index.${language}.html`), 'utf8'))![1]!) as PageWords;

/** A built page in one language, with placeholders that are filled for each request, so the first paint shows the board without a script. */
export class PageTemplate {
  readonly words: PageWords;
  private readonly html: string;
  private readonly numbers: Numbers;

  constructor(folder: string, name: string, language: string) {
    const path = join(folder, `${name}.${language}.html`);
    if (!existsSync(path)) throw new Error('the page is not built. Run npm run build.');
    this.html = readFileSync(path, 'utf8');
    this.words = readWords(folder, language);
    const locale = `${language}-u-nu-latn`;
    this.numbers = { exact: new Intl.NumberFormat(locale), compact: new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 }) };
  }

  fill({ board, at, count, title = '', play = false, period = false, tabs = [], selected, players, avatarOrigins, data }: PageContent): string {
    const rows = (board?.entries ?? []).slice(0, count);
    return this.html
      .replace(/<!--play-->([^]*)<!--\/play-->/, (_, part: string) => (play ? part : ''))
      .replace(/<!--period-->([^]*)<!--\/period-->/, (_, part: string) => (period ? part : ''))
      .replace('<!--tabs-->', () => tabs.map((tab) => link(tab, tab.id === selected)).join(''))
      .replace('data-page', () => attributes({ revision: board?.revision, pictures: avatarOrigins.join(' ') || undefined, players, ...data }))
      .replaceAll('<!--title-->', () => escape(title))
      .replace('<!--time-->', `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`)
      .replace('<!--rows-->', () => rows.map((entry) => row(entry, avatarOrigins, this.numbers, players)).join(''));
  }
}

/** Shorter scores have no compact form: it would not be shorter. */
const COMPACT_FROM = 1_000_000;

interface Numbers {
  readonly exact: Intl.NumberFormat;
  readonly compact: Intl.NumberFormat;
}

const attributes = (data: PageContent['data']): string =>
  Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `data-${name}="${escape(String(value))}"`)
    .join(' ');

/** A tab that also works as a link, without scripts. */
const link = ({ id, name }: BoardTab, isSelected: boolean): string =>
  `<a role="tab" id="tab-${id}" href="?board=${id}" data-tab="${id}" aria-selected="${isSelected}">${escape(name)}</a>`;

/** Must match the rows of the page's script (`apps/web/src/board-row.ts`), which reuses these. */
function row({ rank, userId, score, name = userId, avatarUrl }: ShownEntry, avatarOrigins: readonly string[], numbers: Numbers, players: string | undefined): string {
  const id = escape(userId);
  const picture = isShownPicture(avatarUrl, avatarOrigins) ? `<img alt="" loading="lazy" referrerpolicy="no-referrer" src="${escape(avatarUrl)}">` : '';
  const content = picture + escape(name);
  const shown = players === undefined ? content : `<a href="${escape(`/players/${encodeURIComponent(userId)}${players}`)}">${content}</a>`;
  const exact = numbers.exact.format(score);
  const short = score < COMPACT_FROM ? '' : ` title="${exact}" data-compact="${numbers.compact.format(score)}"`;
  return (
    `<tr data-user="${id}" data-score="${score}" data-rank="${rank}">` +
    `<td>${rank}</td><th scope="row"><bdi title="${id}">${shown}</bdi></th><td${short}><span>${exact}</span></td></tr>`
  );
}
