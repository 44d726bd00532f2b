import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Board, RankedScore } from '@scoreboard/domain';

export interface PageContent {
  /** The newest board there is; undefined before the first. */
  readonly board: Board | undefined;
  /** When the page is asked for: shown where no script keeps the board up to date. */
  readonly at: Date;
  /** How many of its rows are shown. */
  readonly count: number;
  readonly title?: string;
  /** Whether the part for playing is there. */
  readonly play?: boolean;
  /** Attributes of the page, as `data-<name>`; undefined is left out. */
  readonly data: Readonly<Record<string, string | number | undefined>>;
}

/** A built page with places for what is known when it is asked for: so the first paint has the board in it, without a script. */
export class PageTemplate {
  private readonly html: string;

  constructor(folder: string, file: string) {
    const path = join(folder, file);
    if (!existsSync(path)) throw new Error('the page has not been built: run npm run build');
    this.html = readFileSync(path, 'utf8');
  }

  fill({ board, at, count, title = '', play = false, data }: PageContent): string {
    const rows = (board?.entries ?? []).slice(0, count);
    return this.html
      .replace(/<!--play-->([^]*)<!--\/play-->/, (_, part: string) => (play ? part : ''))
      .replace('data-page', () => attributes({ revision: board?.revision, ...data }))
      .replaceAll('<!--title-->', () => escape(title))
      .replace('<!--time-->', `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`)
      .replace('<!--rows-->', () => rows.map(row).join(''));
  }
}

/** A shorter score takes as little room as its compact form. */
const COMPACT_FROM = 1_000_000;
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const attributes = (data: PageContent['data']): string =>
  Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `data-${name}="${escape(String(value))}"`)
    .join(' ');

/** As the page's script makes it (`apps/web/src/board-row.ts`), which takes these over. */
function row({ rank, userId, score }: RankedScore): string {
  const name = escape(userId);
  const exact = score.toLocaleString('en');
  const short = score < COMPACT_FROM ? '' : ` title="${exact}" data-compact="${COMPACT.format(score)}"`;
  return (
    `<tr data-user="${name}" data-score="${score}" data-rank="${rank}">` +
    `<td>${rank}</td><th scope="row"><bdi title="${name}">${name}</bdi></th><td${short}><span>${exact}</span></td></tr>`
  );
}
