import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Writes compressed copies of each file of a build whose name matches, so that no request waits for compression. */
export const compressed = (names: RegExp): Plugin => ({
  name: 'compressed',
  writeBundle({ dir }, bundle) {
    for (const file of Object.keys(bundle).filter((name) => names.test(name))) {
      const content = readFileSync(join(dir!, file));
      writeFileSync(join(dir!, `${file}.br`), brotliCompressSync(content));
      writeFileSync(join(dir!, `${file}.gz`), gzipSync(content, { level: 9 }));
    }
  },
});

export const alias = { '@scoreboard/client': join(import.meta.dirname, '../../libs/client/src/index.ts') };
