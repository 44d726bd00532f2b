import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LANGUAGES, pageLanguage } from './page-language';

describe('the language of the page', () => {
  it.each<[unknown, string | undefined, string]>([
    [undefined, undefined, 'en'],
    [undefined, '', 'en'],
    [undefined, '*', 'en'],
    [undefined, 'de-AT,de;q=0.9,en;q=0.8', 'de'],
    [undefined, 'it,fr;q=0.5,en;q=0.4', 'fr'],
    [undefined, 'zh-Hant-TW', 'zh'],
    [undefined, 'it', 'en'],
    [undefined, 'de;q=0, es;q=0.1', 'es'],
    [undefined, ';;,,=q', 'en'],
    ['ja', 'de', 'ja'],
    ['it', 'de', 'de'],
    [['ja', 'es'], 'de', 'de'],
  ])('for ?lang=%j and Accept-Language %j is %s', (asked, accepted, language) => {
    expect(pageLanguage(asked, accepted)).toBe(language);
  });

  it('is one of those that the page has texts in', () => {
    const files = readdirSync(join(__dirname, '../../../../apps/web/src/words')).map((file) => file.replace('.json', ''));
    expect([...LANGUAGES].sort()).toEqual(files.sort());
  });
});
