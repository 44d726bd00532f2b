import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const FOLDER = join(import.meta.dirname, 'src/words');

type Words = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** The texts of the page by language. */
export const WORDS: Readonly<Record<string, Words>> = Object.fromEntries(
  readdirSync(FOLDER).map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Words]),
);

export const isRightToLeft = (language: string): boolean => language === 'ar';
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Replaces each page with texts, `{{name}}`, by one for each language: `index.html` by `index.de.html` and so on. `{{words}}` are all texts, for the page's script, and `{{manifest}}` is the path of the web app manifest. */
export const localized: Plugin = {
  name: 'localized',
  writeBundle({ dir }, bundle) {
    for (const file of Object.keys(bundle).filter((name) => name.endsWith('.html'))) {
      const path = join(dir!, file);
      const html = readFileSync(path, 'utf8');
      if (!html.includes('{{')) continue;
      for (const [language, words] of Object.entries(WORDS)) {
        const manifest = Object.keys(bundle).find((name) => name.startsWith(`assets/manifest.${language}-`));
        writeFileSync(path.replace(/html$/, `${language}.html`), localize(html.replace('{{manifest}}', `/${manifest}`), language, words));
      }
      rmSync(path);
    }
  },
};

function localize(html: string, language: string, words: Words): string {
  const textOf = (name: string) => {
    if (name === 'words') return JSON.stringify(words).replaceAll('<', '\\u003c');
    const word = words[name];
    if (typeof word !== 'string') throw new Error(`the page has no text "${name}" in the language ${language}`);
    return escape(word).replace('{time}', '<time><!--time--></time>').replace('{title}', '<!--title-->');
  };
  const direction = isRightToLeft(language) ? ' dir="rtl"' : '';
  return html.replace('<html lang="en"', `<html lang="${language}"${direction}`).replace(/\{\{(\w+)\}\}/g, (_, name: string) => textOf(name));
}
