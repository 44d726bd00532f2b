import { setUp } from './setup.mjs';

setUp();
await import('../dist/apps/cli/src/services.js');
