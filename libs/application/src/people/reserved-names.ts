import unhomoglyph from 'unhomoglyph';

/**
 * The names that players cannot take, because others would trust them: the names of a list and what looks like one of them. Letters that look alike (Unicode
 * Technical Standard 39), case, accents, spaces, punctuation, and the digits 0 and 1 for o and i make no difference. A longer name that contains one is free. Emoji and signs
 * are not compared.
 */
export class ReservedNames {
  private readonly looks: ReadonlySet<string>;

  constructor(names: readonly string[] = []) {
    this.looks = new Set(names.map(lookOf).filter(Boolean));
  }

  has(name: string): boolean {
    return this.looks.has(lookOf(name));
  }
}

/** Equal for names that look alike. Capital letters look like other letters than small ones, so both are compared. */
const lookOf = (name: string): string => fold(unhomoglyph(fold(unhomoglyph(name.normalize('NFKD')))));

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/[l1|]/g, 'i')
    .replaceAll('0', 'o');
