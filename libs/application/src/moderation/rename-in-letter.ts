/** The content of a dead letter with another user id in the place of one; undefined where that does not stand in it. */
export function renameInLetter(content: string, userId: string, pseudonym: string): string | undefined {
  // Whole ids only: ann is not part of ann.2. Escapes of JSON could hide an id from the plain search, so JSON is read.
  const word = new RegExp(`(?<![${ID}])${userId.replace(/[.|+-]/g, '\\$&')}(?![${ID}])`, 'g');
  const json = rewrite(content, (text) => text);
  const before = json ?? content;
  const renamed = json === undefined ? content.replace(word, pseudonym) : rewrite(content, (text) => text.replace(word, pseudonym));
  return renamed === before ? undefined : renamed;
}

/** What an id may consist of: see `USER_ID`. */
const ID = 'A-Za-z0-9._:@|+-';

/** JSON with each of its texts changed; undefined where it is none, or too deep to be written: what it is then is a text. */
function rewrite(json: string, change: (text: string) => string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json), (_key, value: unknown) => (typeof value === 'string' ? change(value) : value));
  } catch {
    return undefined;
  }
}
