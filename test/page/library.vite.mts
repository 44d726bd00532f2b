import { join } from 'node:path';
import { defineConfig } from 'vite';

/** The client library as one file, as a website's bundler makes it. */
export default defineConfig({
  logLevel: 'warn',
  build: {
    lib: { entry: join(import.meta.dirname, '../../libs/client/src/index.ts'), formats: ['es'], fileName: () => 'scoreboard.js' },
    emptyOutDir: false,
  },
});
