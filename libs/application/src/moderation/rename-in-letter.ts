import { USER_ID } from '@scoreboard/domain';

/** The content of a dead letter with another user id in the place of one; undefined where that does not stand in it. */
export function renameInLetter(content: string, userId: string, pseudonym: string): string | undefined {
  // Written anew, JSON holds an id as it is: without escapes, and as a text of its own.
  const json = normalized(content);
  const before = json ?? content;
  const renamed = json === undefined ? renameInProse(content, userId, pseudonym) : json.replace(TEXT, (text) => renameInText(text, userId, pseudonym));
  return renamed === before ? undefined : renamed;
}

/** A text of JSON, with its quotes: a value, or the name of a member. */
const TEXT = /"(?:[^"\\]|\\.)*"/g;

/** What may be an id is one, or another one: ann is not part of ann.2. */
function renameInText(text: string, userId: string, pseudonym: string): string {
  const inside = text.slice(1, -1);
  if (USER_ID.test(inside)) return inside === userId ? `"${pseudonym}"` : text;
  return renameInProse(text, userId, pseudonym);
}

/** Whole words of a text that is no id itself: nothing can be applied for whom it names. */
const renameInProse = (text: string, userId: string, pseudonym: string): string =>
  text.replace(new RegExp(`(?<!${WORD})${userId.replace(/[$()*+.?[\]^{|}-]/g, '\\$&')}(?!${WORD})`, 'g'), pseudonym);

const WORD = '[A-Za-z0-9._:@|+-]';

/** Undefined for what is no JSON, or is nested too deep to be written. */
function normalized(content: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(content));
  } catch {
    return undefined;
  }
}
