/** The content of a dead letter with another user id in the place of one; undefined where that does not stand in it. */
export function renameInLetter(content: string, userId: string, pseudonym: string): string | undefined {
  // Whole ids only: ann is not part of ann.2. Escapes of JSON could hide an id from the plain search, so JSON is read.
  const word = new RegExp(`(?<![${ID}])${userId.replace(/[.|+-]/g, '\\$&')}(?![${ID}])`, 'g');
  const json = read(content);
  const renamed = json === undefined ? content.replace(word, pseudonym) : JSON.stringify(json, (_key, value: unknown) => (typeof value === 'string' ? value.replace(word, pseudonym) : value));
  const before = json === undefined ? content : JSON.stringify(json);
  return renamed === before ? undefined : renamed;
}

/** What an id may consist of: see `USER_ID`. */
const ID = 'A-Za-z0-9._:@|+-';

function read(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // no JSON: what it is then is a text
  }
}
