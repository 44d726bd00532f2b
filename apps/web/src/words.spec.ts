import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Text = string | Readonly<Record<string, string>>;

const FOLDER = join(__dirname, 'words');
const read = (language: string) => JSON.parse(readFileSync(join(FOLDER, `${language}.json`), 'utf8')) as Readonly<Record<string, Text>>;
const english = read('en');
const placesOf = (text: Text): readonly string[] => [...new Set(JSON.stringify(text).match(/\{\w+\}/g))].sort();

describe('the texts of the page', () => {
  it.each(readdirSync(FOLDER).map((file) => file.replace('.json', '')))('are complete in the language %s, with the same places for values and its plural forms', (language) => {
    const words = read(language);
    expect(Object.keys(words).sort()).toEqual(Object.keys(english).sort());
    for (const [name, text] of Object.entries(words)) expect([name, placesOf(text)]).toEqual([name, placesOf(english[name]!)]);
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.filter((form) => form !== 'many' || language === 'ar'); // millions of Romance languages
    expect(Object.keys(words.points as object).sort()).toEqual([...forms].sort());
  });
});
