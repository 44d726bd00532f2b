import { ROLES, setUp } from './setup.mjs';
import { refuse, wordsOrExit } from './words.mjs';

const HELP = `npm start
npm run start:api, start:gateway, start:worker

Installs and builds what is missing, and starts everything in one process, or one role. Settings come from the environment or a file .env;
.env.example explains them.`;

const [role = 'standalone'] = wordsOrExit(HELP, 1);
if (!ROLES.includes(role)) refuse(`${role}: unknown role; expected one of ${ROLES.join(', ')}`);
// The role itself takes no arguments.
process.argv.splice(2);
setUp();
process.setSourceMapsEnabled(true);
// In this process, so that signals reach the role itself.
await import(`../dist/apps/${role}/main.js`);
