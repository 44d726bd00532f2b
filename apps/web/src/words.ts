import { find } from './find';
import { LANGUAGE } from './numbers';
import type en from './words/en.json';

/** The texts of the page in one language; `points` by the plural forms that the language has. */
export type Words = Omit<typeof en, 'points'> & { readonly points: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string } };

/** The texts in the page's language, which the server put into the page. */
export const words = JSON.parse(find('#words').textContent!) as Words;

/** Puts values into the places of a text: `{name}`. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name]!);

/** The same with elements as values. */
export const fillWith = (text: string, values: Readonly<Record<string, Node>>): readonly (string | Node)[] =>
  text.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? values[part]! : part));

const PLURALS = new Intl.PluralRules(LANGUAGE);

/** The plural form of `points` for a number: `{n} points`. */
export const pointsFor = (n: number): string => words.points[PLURALS.select(n)] ?? words.points.other;
