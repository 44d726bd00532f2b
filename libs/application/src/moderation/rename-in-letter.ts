import { USER_ID } from '@scoreboard/domain';

/** Replaces a user id in the content of a dead letter; undefined if the content does not contain it. */
export function renameInLetter(content: string, userId: string, pseudonym: string): string | undefined {
  // After normalization, JSON contains the id without escapes, as a string of its own.
  const json = normalized(content);
  const before = json ?? content;
  const renamed = json === undefined ? renameInProse(content, userId, pseudonym) : json.replace(TEXT, (text) => renameInText(text, userId, pseudonym));
  return renamed === before ? undefined : renamed;
}

/** A JSON string with its quotes: a value or a member name. */
const TEXT = /"(?:[^"\\]|\\.)*"/g;

/** A string that is a valid user id is compared as a whole: `ann` does not match `ann.2`. */
function renameInText(text: string, userId: string, pseudonym: string): string {
  const inside = text.slice(1, -1);
  if (USER_ID.test(inside)) return inside === userId ? `"${pseudonym}"` : text;
  return renameInProse(text, userId, pseudonym);
}

/** Replaces whole words in a text that is not a user id itself. No command can be applied for such a text, so this is safe. */
const renameInProse = (text: string, userId: string, pseudonym: string): string =>
  text.replace(new RegExp(`(?<!${WORD})${userId.replace(/[$()*+.?[\]^{|}-]/g, '\\$&')}(?!${WORD})`, 'g'), pseudonym);

const WORD = '[A-Za-z0-9._:@|+-]';

/** Undefined if the content is not JSON, or is nested too deep to be serialized. */
function normalized(content: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(content));
  } catch {
    return undefined;
  }
}
