/**
 * Characters that control a terminal or are invisible: control characters (C0, C1), direction marks, zero-width and other invisible
 * characters, line and paragraph separators, unpaired surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Makes external text safe to print on a terminal: unsafe characters, including line breaks, become `\uXXXX`. In JSON this does not
 * change values, because JSON parses the escapes.
 */
export const terminalText = (text: string): string => text.replace(UNSAFE, (character) => character.split('').map(escaped).join(''));

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
