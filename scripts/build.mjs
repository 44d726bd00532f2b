import { setUp } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

wordsOrExit('npm run build\n\nInstalls what is missing and builds everything into dist/, where the sources have changed.');
setUp();
