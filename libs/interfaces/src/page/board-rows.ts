import type { ShownEntry } from '@scoreboard/application';

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

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** Must match the rows of the page's script (`apps/web/src/board-row.ts`), which reuses those of the live board. Only these have labels. */
export function row({ rank, userId, score, name = userId, avatarUrl }: ShownEntry, avatarOrigins: readonly string[], numbers: Numbers, isLabeled = true): string {
  const id = escape(userId);
  const isShown = avatarUrl !== undefined && avatarOrigins.includes(new URL(avatarUrl).origin);
  const picture = isShown ? `<img alt="" loading="lazy" referrerpolicy="no-referrer" src="${escape(avatarUrl)}">` : '';
  const exact = numbers.exact.format(score);
  const short = score < COMPACT_FROM ? '' : ` title="${exact}" data-compact="${numbers.compact.format(score)}"`;
  const labels = isLabeled ? ` data-user="${id}" data-score="${score}" data-rank="${rank}"` : '';
  return `<tr${labels}><td>${isLabeled ? rank : numbers.exact.format(rank)}</td><th scope="row"><bdi title="${id}">${picture}${escape(name)}</bdi></th><td${short}><span>${exact}</span></td></tr>`;
}
