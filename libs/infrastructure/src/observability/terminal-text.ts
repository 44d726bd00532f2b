/**
 * What a terminal obeys, or what nobody sees: controls (C0, C1), marks of direction, zero-width and other invisible characters, line and
 * paragraph separators, unpaired surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text from outside, safe to print on a terminal: unsafe characters are written as `\uXXXX`, line breaks too. In JSON this changes no value,
 * since JSON reads the escapes back.
 */
export const terminalText = (text: string): string => text.replace(UNSAFE, (character) => character.split('').map(escaped).join(''));

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
