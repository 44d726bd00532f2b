import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { isRightToLeft, WORDS } from './words.mts';

const ICONS = [
  { name: 'favicon.svg', sizes: 'any', type: 'image/svg+xml', purposes: ['any'] },
  { name: 'icon-192.png', sizes: '192x192', type: 'image/png', purposes: ['any'] },
  // Its edges may be cut off by a launcher; the bars are within the safe zone.
  { name: 'icon-512.png', sizes: '512x512', type: 'image/png', purposes: ['any', 'maskable'] },
];

/** Writes a web app manifest for each language, `assets/manifest.de-<hash>.webmanifest` and so on, so that the page can be installed. The app opens in the language in which it was installed. */
export const installable: Plugin = {
  name: 'installable',
  generateBundle() {
    const fileOf = (name: string) => `/${this.getFileName(this.emitFile({ type: 'asset', name, source: readFileSync(join(import.meta.dirname, 'src', name)) }))}`;
    const icons = ICONS.flatMap(({ name, sizes, type, purposes }) => purposes.map((purpose) => ({ src: fileOf(name), sizes, type, purpose })));
    for (const [lang, { description }] of Object.entries(WORDS)) {
      const manifest = {
        id: '/',
        name: 'Scoreboard',
        short_name: 'Scoreboard',
        description,
        lang,
        dir: isRightToLeft(lang) ? 'rtl' : 'ltr',
        start_url: `/?lang=${lang}`,
        scope: '/',
        display: 'standalone',
        background_color: '#f3f4fa',
        theme_color: '#f3f4fa',
        icons,
      };
      this.emitFile({ type: 'asset', name: `manifest.${lang}.webmanifest`, source: JSON.stringify(manifest) });
    }
  },
};
