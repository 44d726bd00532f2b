import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShownEntry } from '@scoreboard/application';
import { BOARD_SIZE } from '@scoreboard/domain';
import { escape, type Numbers, numbersOf, row } from './board-rows';
import type { BoardTab, TabWords } from './board-tabs';
import { keptFields, placesHtml, type PlacesContent, type PlacesWords } from './places-html';

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
  /** What is below the ten; a page in a frame has nothing there. */
  readonly places?: Omit<PlacesContent, 'at' | 'avatarOrigins' | 'isFull'>;
  readonly tabs?: readonly BoardTab[];
  /** The id of the selected tab. */
  readonly selected?: string;
  /** Origins from which pictures are loaded; others are left out. */
  readonly avatarOrigins: readonly string[];
  /** `data-<name>` attributes of the page; undefined ones are left out. */
  readonly data: Readonly<Record<string, string | number | undefined>>;
}

/** The texts of a page that the server needs. */
export type PageWords = TabWords & PlacesWords;

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
    this.numbers = numbersOf(language);
  }

  fill({ board, at, count, title = '', play = false, period = false, tabs = [], selected, avatarOrigins, data, places = { kept: {} } }: PageContent): string {
    const rows = (board?.entries ?? []).slice(0, count);
    return this.html
      .replace(/<!--play-->([^]*)<!--\/play-->/, (_, part: string) => (play ? part : ''))
      .replace(/<!--period-->([^]*)<!--\/period-->/, (_, part: string) => (period ? part : ''))
      .replace(' hidden="<!--ties-->"', rows.some(({ score }, i) => score === rows[i + 1]?.score) ? '' : ' hidden')
      .replace('<!--kept-->', () => keptFields(places.kept))
      .replace('<!--name-->', () => escape(places.name ?? ''))
      .replace('<!--places-->', () => placesHtml({ ...places, at, avatarOrigins, isFull: rows.length === BOARD_SIZE }, this.words, this.numbers))
      .replace('<!--tabs-->', () => tabs.map((tab) => link(tab, tab.id === selected)).join(''))
      .replace('data-page', () => attributes({ revision: board?.revision, pictures: avatarOrigins.join(' ') || undefined, ...data }))
      .replaceAll('<!--title-->', () => escape(title))
      .replace('<!--time-->', `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`)
      .replace('<!--rows-->', () => rows.map((entry) => row(entry, avatarOrigins, this.numbers)).join(''));
  }
}

const attributes = (data: PageContent['data']): string =>
  Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `data-${name}="${escape(String(value))}"`)
    .join(' ');

/** A tab that also works as a link, without scripts. */
const link = ({ id, name }: BoardTab, isSelected: boolean): string =>
  `<a role="tab" id="tab-${id}" href="?board=${id}" data-tab="${id}" aria-selected="${isSelected}">${escape(name)}</a>`;
