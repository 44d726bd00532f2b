/** The longest name, in characters as people count them (grapheme clusters). */
export const MAX_NAME = 40;

/** The longest URL of a picture, in characters. */
export const MAX_AVATAR_URL = 1_000;

/** A cluster may hold this many marks in a row, more than any language needs: a hundred of them would cover the rows above and below. */
const MANY_MARKS = /\p{M}{5}/u;

/** What cannot be seen, or changes what stands beside it: controls, format and direction characters, fillers, private use, unassigned, blank Braille. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/u;

/** Emoji as Unicode recommends them, with the joiners, variation selectors and tags inside. */
const EMOJI = new RegExp('\\p{RGI_Emoji}', 'gv');

/** The scripts whose spelling needs joiners: Arabic (Persian) and those of India and its neighbors. */
const JOINING = ['Arab', 'Syrc', 'Beng', 'Deva', 'Gujr', 'Guru', 'Knda', 'Mlym', 'Orya', 'Sinh', 'Taml', 'Telu'].map((script) => `\\p{sc=${script}}`).join('');
const JOINERS = new RegExp(`(?<=[${JOINING}]\\p{M}*)[\\u200c\\u200d](?=[${JOINING}])`, 'gu');

const CLUSTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A value as it is stored, or what is wrong with it. */
export type Checked = { readonly value: string; readonly problem?: undefined } | { readonly value?: undefined; readonly problem: string };

/**
 * Checks a name of a player as people write names: any script, emoji, single spaces. It is stored in NFC, so that the same name is always the same text,
 * without spaces around it and with one space for each run of spaces.
 */
export function checkName(text: string): Checked {
  const value = text.normalize('NFC').replace(/\p{Zs}+/gu, ' ').replace(/^ | $/g, '');
  const length = [...CLUSTERS.segment(value)].length;
  if (length < 1 || length > MAX_NAME) return { problem: `must be 1 to ${MAX_NAME} characters` };
  if (INVISIBLE.test(value.replace(EMOJI, '').replace(JOINERS, ''))) return { problem: 'must not contain control, direction or invisible characters' };
  if (MANY_MARKS.test(value) || /^\p{M}/u.test(value)) return { problem: 'must not begin with a combining mark or contain more than 4 in a row' };
  return { value };
}

/** Checks the URL of a picture. */
export function checkAvatarUrl(text: string): Checked {
  const { protocol, username, password, href } = URL.canParse(text) ? new URL(text) : new URL('none:');
  if (protocol !== 'https:' || username || password) return { problem: 'must be a URL that begins with https:// and contains no password' };
  return href.length <= MAX_AVATAR_URL ? { value: href } : { problem: `must be at most ${MAX_AVATAR_URL} characters` };
}
