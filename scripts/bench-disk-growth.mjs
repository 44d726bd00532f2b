import { setUp } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

wordsOrExit('npm run bench:disk-growth\n\nMeasures the bytes of an event in a private PostgreSQL. Takes minutes.');
setUp();
process.setSourceMapsEnabled(true);
await import('../dist/bench/src/disk-growth.js');
