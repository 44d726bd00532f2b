import { setUp } from './setup.mjs';
import { refuse, wordsOrExit } from './words.mjs';

/** The tools that run from the build, by name: the module, and the help of a tool without arguments. */
const TOOLS = {
  'scoreboard': { module: 'apps/cli/main.js' },
  'services': {
    module: 'apps/cli/src/services.js',
    help: 'npm run services\n\nStarts PostgreSQL, Redis and RabbitMQ on free ports, prints three lines for .env, and stops them at Ctrl-C. Their data is then deleted.',
  },
  'bench': { module: 'tools/bench/src/main.js' },
  'bench:crowd': { module: 'tools/bench/src/crowd/main.js' },
  'bench:roll-over': { module: 'tools/bench/src/crowd/roll-over.js' },
  'bench:disk-growth': { module: 'tools/bench/src/disk-growth.js' },
  'bench:rules': { module: 'tools/bench/src/rule-cost.js' },
  'bench:growth': { module: 'tools/bench/src/growth/main.js' },
  'profile': { module: 'tools/bench/src/profile.js' },
  'faults': { module: 'tools/faults/src/main.js' },
  'generate': {
    module: 'tools/deploy/src/generate.js',
    help: "npm run generate\n\nWrites the alerts for Kubernetes from those of Prometheus, and Grafana's dashboard of the runbooks from docs/runbooks.md.",
  },
  'validate': {
    module: 'tools/deploy/src/validate.js',
    help: 'npm run validate\n\nChecks the image, the Compose file, nginx, the manifests, alerts, dashboards and the documents of the API. Changes nothing; exits with 1 if something is wrong.',
  },
};

const [name = ''] = process.argv.splice(2, 1);
const tool = TOOLS[name] ?? refuse(`${name}: unknown tool; expected one of ${Object.keys(TOOLS).join(', ')}`);
if (tool.help) wordsOrExit(tool.help);
setUp();
process.setSourceMapsEnabled(true);
await import(`../dist/${tool.module}`);
