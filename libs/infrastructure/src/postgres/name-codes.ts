import { type FieldCipher, foldName } from '@scoreboard/application';

/** The characters of a folded name that are coded. Longer beginnings are compared after reading. */
const CODED = 20;

/** The beginnings of the codes of names that begin with this folded text: under each key, and in plain text, which sorts apart from what has a mark. */
export const codesOf = (beginning: string, cipher?: FieldCipher | null): readonly Buffer[] => {
  const cut = [...beginning].slice(0, CODED).join('');
  return [...(cipher?.codes(cut) ?? []), Buffer.from(cut)];
};

/** The search key of a name: a code if there is an encryption key, otherwise the folded name; null for no name, or one of combining marks only. */
export function codeOf(name: string | undefined, cipher?: FieldCipher | null): Buffer | null {
  const folded = name === undefined ? '' : foldName(name);
  return folded ? codesOf(folded, cipher)[0]! : null;
}

/** The first code after all that begin with this one. No code has only bytes of 255. */
export function endOf(code: Buffer): Buffer {
  const end = code.subarray(0, code.findLastIndex((byte) => byte < 255) + 1);
  const copy = Buffer.from(end);
  copy[copy.length - 1]!++;
  return copy;
}
