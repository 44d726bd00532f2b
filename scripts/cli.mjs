import { existsSync } from 'node:fs';
import { fail, setUp } from './setup.mjs';

// The command goes, so that its module finds its own arguments at the usual place.
const [command] = process.argv.splice(2, 1);
setUp();
const module = new URL(`../dist/apps/cli/src/${command}.js`, import.meta.url);
if (!/^[a-z-]+$/.test(command ?? '') || !existsSync(module)) fail(`There is no command ${command}.`);
process.setSourceMapsEnabled(true);
await import(module);
