import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { alias, compressed } from './compressed.mts';
import { WORDS } from './words.mts';

/** The same file under a name that contains a hash of its content, for websites that check it. */
const immutable: Plugin = {
  name: 'immutable',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      const hash = createHash('sha256').update(chunk.code).digest('hex').slice(0, 12);
      this.emitFile({ type: 'asset', fileName: `v1-${hash}.js`, source: chunk.code });
    }
  },
};

/** The texts that `<score-board>` needs, by language. */
const CLOCK = ['neverResets', 'resetsIn', 'resetsNow', 'endsIn', 'ended', 'days', 'hours', 'minutes', 'seconds'];
const NEEDED = ['rank', 'player', 'score', 'caption', 'empty', 'connecting', 'live', 'reconnecting', 'offline', ...CLOCK];
const elementWords = Object.fromEntries(Object.entries(WORDS).map(([language, words]) => [language, Object.fromEntries(NEEDED.map((name) => [name, words[name]]))]));

/** The script for other websites: `<score-board>` and the client library, as one classic script. */
export default defineConfig({
  resolve: { alias },
  define: { ELEMENT_WORDS: JSON.stringify(elementWords) },
  plugins: [immutable, compressed(/\.js$/)],
  build: { lib: { entry: join(import.meta.dirname, 'src/score-board/client-v1.ts'), name: 'scoreboard', formats: ['iife'], fileName: () => 'v1.js' } },
});
