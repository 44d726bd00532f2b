import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShownEntry } from '@scoreboard/application';
import { BOARD_SIZE } from '@scoreboard/domain';
import { type Numbers, numbersOf, row, type RowStyle } from './board-rows';
import type { BoardTab, TabWords } from './board-tabs';
import { escape } from './html';
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
  readonly places?: Omit<PlacesContent, 'at' | 'isFull'>;
  readonly tabs?: readonly BoardTab[];
  /** The id of the selected tab. */
  readonly selected?: string;
  readonly players?: RowStyle['players'];
  readonly avatarOrigins: RowStyle['avatarOrigins'];
  /** `data-<name>` attributes of the page; undefined ones are left out. */
  readonly data: Readonly<Record<string, string | number | undefined>>;
}

/** The texts of a page that the server needs. */
export interface PageWords extends TabWords, PlacesWords, Readonly<Record<PlayerWord, string>> {
  /** By the plural forms that the language has. */
  readonly points: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };
}

type PlayerWord = 'places' | 'board' | 'bestActions' | 'action' | 'pointsOverTime' | 'day' | 'rankOf' | 'noPlayer' | 'thisPage' | 'newestCount';

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
    this.numbers = numbersOf(language);
  }

  fill({ board, at, count, title = '', play = false, period = false, tabs = [], selected, players, avatarOrigins, data, places = { kept: {} } }: PageContent): string {
    const style: RowStyle = { numbers: this.numbers, avatarOrigins, players };
    const rows = (board?.entries ?? []).slice(0, count);
    return this.html
      .replace(/<!--play-->([^]*)<!--\/play-->/, (_, part: string) => (play ? part : ''))
      .replace(/<!--period-->([^]*)<!--\/period-->/, (_, part: string) => (period ? part : ''))
      .replace(' hidden="<!--ties-->"', rows.some(({ score }, i) => score === rows[i + 1]?.score) ? '' : ' hidden')
      .replace('<!--kept-->', () => keptFields(places.kept))
      .replace('<!--name-->', () => escape(places.name ?? ''))
      .replace('<!--places-->', () => placesHtml({ ...places, at, isFull: rows.length === BOARD_SIZE }, this.words, style))
      .replace('<!--tabs-->', () => tabs.map((tab) => link(tab, tab.id === selected)).join(''))
      .replace('data-page', () => attributes({ revision: board?.revision, pictures: avatarOrigins.join(' ') || undefined, players, ...data }))
      .replaceAll('<!--title-->', () => escape(title))
      .replace('<!--time-->', `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`)
      .replace('<!--rows-->', () => rows.map((entry) => row(entry, style)).join(''));
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
