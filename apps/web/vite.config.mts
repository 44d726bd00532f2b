import { join } from 'node:path';
import { defineConfig } from 'vite';
import { alias, compressed } from './compressed.mts';
import { installable } from './manifest.mts';
import { localized } from './words.mts';

export default defineConfig({
  resolve: { alias },
  plugins: [installable, compressed(/^assets\//), localized],
  build: {
    // The page's Content-Security-Policy allows nothing inline, data URLs included.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: [join(import.meta.dirname, 'index.html'), join(import.meta.dirname, 'embed.html'), join(import.meta.dirname, 'player.html')] },
  },
});
