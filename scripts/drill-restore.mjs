import { setUp } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

wordsOrExit('npm run drill:restore\n\nLoses all data of private servers under load and at rest, restores PostgreSQL from its archive, and compares everything. Takes minutes.');
setUp();
process.setSourceMapsEnabled(true);
await import('../dist/faults/src/restore-drill-main.js');
