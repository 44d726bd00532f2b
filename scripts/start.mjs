import { fail, ROLES, setUp } from './setup.mjs';

const [role = 'standalone'] = process.argv.slice(2);
if (!ROLES.includes(role)) fail(`There is no role ${role}.`);
setUp();
process.setSourceMapsEnabled(true);
// In this process, so that signals reach the role itself.
await import(`../dist/apps/${role}/main.js`);
