import { setUp } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

wordsOrExit('npm run validate\n\nLooks at the image, the Compose file, nginx, the manifests, alerts, dashboards and the documents of the API. Changes nothing; ends with 1 where something is wrong.');
setUp();
process.setSourceMapsEnabled(true);
await import('../dist/validate/src/main.js');
