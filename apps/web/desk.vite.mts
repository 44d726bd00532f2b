import { join } from 'node:path';
import { defineConfig } from 'vite';
import { alias, compressed } from './compressed.mts';

/** The desk for operators: a build of its own, so that nothing of it is in the files of the live page, and all of it is under `/admin`. */
export default defineConfig({
  resolve: { alias },
  plugins: [compressed(/^admin\/assets\//)],
  build: {
    assetsDir: 'admin/assets',
    emptyOutDir: false,
    // Its Content-Security-Policy allows nothing inline, data URLs included.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: join(import.meta.dirname, 'admin.html') },
  },
});
