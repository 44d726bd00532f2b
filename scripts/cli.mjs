import { setUp } from './setup.mjs';

setUp();
await import('../dist/apps/cli/main.js');
