import { defineConfig } from 'vite';

export default defineConfig({
  // The page's Content-Security-Policy allows nothing inline, data URLs included.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
