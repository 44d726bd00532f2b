import { join } from 'node:path';
import { packLibrary } from './pack-library.mjs';
import { root } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

const HELP = 'npm run build:client [-- <folder>]\n\nPacks the client library as a tarball into a folder (default: dist), and prints its path.';
const [folder = join(root, 'dist')] = wordsOrExit(HELP, 1);
packLibrary('client', folder);
