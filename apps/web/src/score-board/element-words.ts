import type { ClockWords } from '../period-clock';
import type { Words } from '../words';

export type ElementWords = Pick<Words, 'rank' | 'player' | 'score' | 'caption' | 'empty' | 'connecting' | 'live' | 'reconnecting' | 'offline'> & ClockWords;

/** By language; the build puts them in. */
declare const ELEMENT_WORDS: Readonly<Record<string, ElementWords>>;

/** The texts in the language of the element (the nearest `lang`) or, if it has none, of the browser; in English if we do not have it. */
export function elementWords(element: HTMLElement): ElementWords {
  const language = element.closest<HTMLElement>('[lang]')?.lang || navigator.language;
  return ELEMENT_WORDS[language.split('-')[0]!.toLowerCase()] ?? ELEMENT_WORDS.en!;
}
