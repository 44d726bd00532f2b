import type { ShownEntry } from '@scoreboard/application';
import { escape, isShownPicture } from './html';

/** Shorter scores have no compact form: it would not be shorter. */
const COMPACT_FROM = 1_000_000;

/** How a language writes numbers, with digits as ranks have them. */
export interface Numbers {
  readonly exact: Intl.NumberFormat;
  readonly compact: Intl.NumberFormat;
}

export function numbersOf(language: string): Numbers {
  const locale = `${language}-u-nu-latn`;
  return { exact: new Intl.NumberFormat(locale), compact: new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 }) };
}

/** How the rows of a page are written. */
export interface RowStyle {
  readonly numbers: Numbers;
  /** Origins from which pictures are loaded; others are left out. */
  readonly avatarOrigins: readonly string[];
  /** What follows the path of a player's page in links, such as `?lang=de`; undefined: names are no links. */
  readonly players?: string;
}

/** Must match the rows of the page's script (`apps/web/src/board-row.ts`), which reuses those of the live board. Only these have labels. */
export function row({ rank, userId, score, name = userId, avatarUrl }: ShownEntry, { numbers, avatarOrigins, players }: RowStyle, isLabeled = true): string {
  const id = escape(userId);
  const picture = isShownPicture(avatarUrl, avatarOrigins) ? `<img alt="" loading="lazy" referrerpolicy="no-referrer" src="${escape(avatarUrl)}">` : '';
  const content = picture + escape(name);
  const shown = players === undefined ? content : `<a href="${escape(`/players/${encodeURIComponent(userId)}${players}`)}">${content}</a>`;
  const exact = numbers.exact.format(score);
  const short = score < COMPACT_FROM ? '' : ` title="${exact}" data-compact="${numbers.compact.format(score)}"`;
  const labels = isLabeled ? ` data-user="${id}" data-score="${score}" data-rank="${rank}"` : '';
  return `<tr${labels}><td>${isLabeled ? rank : numbers.exact.format(rank)}</td><th scope="row"><bdi title="${id}">${shown}</bdi></th><td${short}><span>${exact}</span></td></tr>`;
}
