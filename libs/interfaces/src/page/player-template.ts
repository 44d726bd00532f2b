import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlayerPage } from '@scoreboard/application';
import { GLOBAL_BOARD } from '@scoreboard/domain';
import { escape, isShownPicture } from './html';
import { type PageWords, readWords } from './page-template';
import { pointsChart } from './points-chart';

/** What the page of a player needs besides the player. */
export interface PlayerContent {
  readonly player: PlayerPage;
  /** The name of a board in the page's language. */
  readonly boardName: (id: string) => string;
  /** The address of the page and of its preview, if the operator set `PAGE_URL`. */
  readonly url?: string;
  readonly avatarOrigins: readonly string[];
  /** `?lang=…` if the language was chosen by the link; links continue with it. */
  readonly query: string;
}

/** The page of a player in one language. It has no script. */
export class PlayerTemplate {
  private readonly html: string;
  private readonly words: PageWords;
  private readonly numbers: Intl.NumberFormat;
  private readonly dates: Intl.DateTimeFormat;
  private readonly plurals: Intl.PluralRules;

  constructor(folder: string, language: string) {
    const path = join(folder, `player.${language}.html`);
    if (!existsSync(path)) throw new Error('the page is not built. Run npm run build.');
    this.html = readFileSync(path, 'utf8');
    this.words = readWords(folder, language);
    const locale = `${language}-u-nu-latn-ca-gregory`;
    this.numbers = new Intl.NumberFormat(locale);
    this.dates = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' });
    this.plurals = new Intl.PluralRules(language);
  }

  fill({ player, boardName, url, avatarOrigins, query }: PlayerContent): string {
    const { places, activity, avatarUrl } = player;
    const name = player.name ?? player.userId;
    const picture = isShownPicture(avatarUrl, avatarOrigins) ? `<img alt="" referrerpolicy="no-referrer" src="${escape(avatarUrl)}">` : '';
    const link = url === undefined ? '' : `<p class="note"><a href="${escape(url + query)}">${escape(this.words.thisPage)}</a></p>`;
    const main = [
      `<h1>${picture}<bdi>${escape(name)}</bdi></h1>`,
      this.placesSection(places, boardName),
      ...(activity ? [this.daysSection(activity.days), ...(activity.actions.length ? [this.actionsSection(activity.actions)] : [])] : []),
      link,
    ];
    return this.page(name, query, this.meta(player, name, url), main.join(''));
  }

  /** The same for every player who has no page. */
  none(query: string): string {
    const { noPlayer } = this.words;
    return this.page(noPlayer, query, '', `<h1>${escape(noPlayer)}</h1>`);
  }

  private page(title: string, query: string, meta: string, main: string): string {
    return this.html.replace('<!--title-->', () => escape(title)).replace('<!--meta-->', () => meta).replace('<!--home-->', () => `/${query}`).replace('<!--main-->', () => main);
  }

  /** What link previews show. Without `PAGE_URL` they get no picture: its address must be absolute, and the Host header of a request is anybody's. */
  private meta({ places: [global] }: PlayerPage, name: string, url: string | undefined): string {
    const description = `${this.pointsOf(global!.score)}. ${this.rankOf(global!)}`;
    const properties = { 'og:type': 'profile', 'og:site_name': 'Scoreboard', 'og:title': name, 'og:description': description };
    const picture = { 'og:url': url, 'og:image': `${url}/preview.png`, 'og:image:type': 'image/png', 'og:image:width': '1200', 'og:image:height': '630' };
    const tags = Object.entries({ ...properties, ...(url !== undefined && picture) }).map(([property, content]) => `<meta property="${property}" content="${escape(content!)}">`);
    const names = { 'description': description, 'twitter:card': url === undefined ? 'summary' : 'summary_large_image' };
    const canonical = url === undefined ? '' : `<link rel="canonical" href="${escape(url)}">`;
    return [...tags, ...Object.entries(names).map(([key, content]) => `<meta name="${key}" content="${escape(content)}">`), canonical].join('');
  }

  private placesSection(places: PlayerPage['places'], boardName: (id: string) => string): string {
    const rows = places.map((place) => {
      const period = place.board === GLOBAL_BOARD ? '' : ` <small dir="ltr">${escape(place.period!)}</small>`;
      return `<tr><th scope="row"><bdi>${escape(boardName(place.board))}</bdi>${period}</th><td>${escape(this.rankOf(place))}</td><td>${this.numbers.format(place.score)}</td></tr>`;
    });
    const { places: title, board, rank, score } = this.words;
    return section('places', title, table('places', [board, rank, score], rows));
  }

  private daysSection(days: NonNullable<PlayerPage['activity']>['days']): string {
    const [first, last] = [days[0]!, days.at(-1)!];
    const { pointsOverTime: title, day, score } = this.words;
    const dateOf = (date: string) => escape(this.dates.format(new Date(date)));
    // The picture begins at the left in every language, and so do the days below it.
    const end = ({ date, score: points }: typeof first) => `<span dir="auto">${dateOf(date)}: ${this.numbers.format(points)}</span>`;
    const rows = days.toReversed().map(({ date, score: points }) => `<tr><th scope="row"><time datetime="${date}">${dateOf(date)}</time></th><td>${this.numbers.format(points)}</td></tr>`);
    const label = escape(`${title}: ${this.numbers.format(first.score)} – ${this.numbers.format(last.score)}`);
    const details = `<details><summary>${escape(day)}, ${escape(score)}</summary>${table('days', [day, score], rows)}</details>`;
    return section('days', title, `${pointsChart(days, label)}<p class="ends" dir="ltr">${end(first)}${end(last)}</p>${details}`);
  }

  private actionsSection(actions: NonNullable<PlayerPage['activity']>['actions']): string {
    const rows = actions.map(({ action, points }) => `<tr><th scope="row"><bdi>${escape(action)}</bdi></th><td>${this.numbers.format(points)}</td></tr>`);
    const { bestActions: title, action, score, newestCount } = this.words;
    return section('actions', title, `${table('actions', [action, score], rows)}<p class="note">${escape(newestCount)}</p>`);
  }

  private rankOf({ rank, players }: PlayerPage['places'][number]): string {
    return this.words.rankOf.replace('{rank}', this.numbers.format(rank)).replace('{players}', this.numbers.format(players));
  }

  private pointsOf(score: number): string {
    const { points } = this.words;
    return (points[this.plurals.select(score)] ?? points.other).replace('{n}', this.numbers.format(score));
  }
}

const section = (id: string, title: string, content: string): string => `<section aria-labelledby="${id}"><h2 id="${id}">${escape(title)}</h2>${content}</section>`;

/** A table that the heading with this id names. */
const table = (id: string, heads: readonly string[], rows: readonly string[]): string =>
  `<table aria-labelledby="${id}"><thead><tr>${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
