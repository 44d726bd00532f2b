import { type Checked, MAX_NAME } from './player-name';

/** Marks that belong to no script: accents, the points of Arabic, and what joins or varies emoji; and the points of Hebrew. Vowel signs of other scripts are letters. */
const MARKS = /[\p{sc=Zinh}\u0591-\u05c7]/gu;

/** Letters that Unicode does not decompose, though its collation takes them for others with a stroke or joined. */
const LETTERS: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', ħ: 'h', æ: 'ae', œ: 'oe', ς: 'σ' };

/** Scripts in which one character is a syllable or a word, so that few names begin with the same one. */
const DENSE = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

/** The longest text that is looked for, in UTF-16 code units: characters as people count them may have several. */
export const MAX_SOUGHT = 8 * MAX_NAME;

/** Equal for names that people take for the same: case, width, accents and the kind of kana make no difference. Longer than the name, if it has joined letters. */
export const foldName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(MARKS, '')
    .toUpperCase() // ß becomes SS, and ı becomes I
    .toLowerCase()
    .replace(/[øłđðħæœς]/g, (letter) => LETTERS[letter]!)
    .replace(/[\u30a1-\u30f6]/g, (katakana) => String.fromCharCode(katakana.charCodeAt(0) - 0x60))
    .replace(/\s+/g, ' ')
    .trim();

/** Checks the beginning of a name that somebody looks for. Returns it folded. */
export function checkBeginning(text: string): Checked {
  const value = foldName(text);
  if (text.length > MAX_SOUGHT || [...value].length < (DENSE.test(text.trim()) ? 1 : 2)) {
    return { problem: `must be the first 2 to ${MAX_NAME} characters of a name, or 1 of Chinese, Japanese or Korean` };
  }
  return { value };
}
