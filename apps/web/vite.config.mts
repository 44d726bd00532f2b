import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Writes compressed copies of each file at build time, so that no request waits for compression. */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle({ dir }, bundle) {
    for (const file of Object.keys(bundle).filter((name) => name.startsWith('assets/'))) {
      const content = readFileSync(join(dir!, file));
      writeFileSync(join(dir!, `${file}.br`), brotliCompressSync(content));
      writeFileSync(join(dir!, `${file}.gz`), gzipSync(content, { level: 9 }));
    }
  },
};

export default defineConfig({
  resolve: { alias: { '@scoreboard/client': join(import.meta.dirname, '../../libs/client/src/index.ts') } },
  plugins: [compressed],
  build: {
    // The page's Content-Security-Policy allows nothing inline, data URLs included.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: [join(import.meta.dirname, 'index.html'), join(import.meta.dirname, 'embed.html')] },
  },
});
