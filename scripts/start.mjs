import { setUp } from './setup.mjs';

setUp();
process.setSourceMapsEnabled(true);
// In this process, so that signals reach it.
await import('../dist/apps/standalone/src/main.js');
