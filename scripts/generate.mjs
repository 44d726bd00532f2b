import { setUp } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

wordsOrExit("npm run generate\n\nWrites Grafana's dashboards from generate/src and docs/runbooks.md, and the alerts for Kubernetes from those of Prometheus.");
setUp();
process.setSourceMapsEnabled(true);
await import('../dist/generate/src/main.js');
