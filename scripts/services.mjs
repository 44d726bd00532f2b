import { setUp } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

wordsOrExit('npm run services\n\nStarts PostgreSQL, Redis and RabbitMQ on free ports, prints three lines for .env, and stops them at Ctrl-C. Their data is gone then.');
setUp();
await import('../dist/apps/cli/src/services.js');
