const { join } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** The longest suites: one that begins last would run alone in the end. `npm test` prints the slowest ones. */
const LONGEST = [
  'test/system/connections.slow.ts',
  'test/system/stock-clients/stock-clients.slow.ts',
  'test/faults.slow.ts',
  'test/system/operator.slow.ts',
  'test/page/play.e2e.ts',
  'test/system/documented-commands.slow.ts',
  'test/system/distributed.spec.ts',
  'test/planted-mistakes.slow.ts',
  'test/page/accessibility.slow.ts',
  'test/page/layout.slow.ts',
  'test/system/tls.e2e.ts',
  'test/system/tls-refusals.slow.ts',
  'test/system/standalone.spec.ts',
  'test/page/page.e2e.ts',
].map((path) => join(__dirname, '../..', path));

/** jest orders the others by the durations of the last run, or by size where it knows none. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (LONGEST.includes(path) ? LONGEST.indexOf(path) : LONGEST.length);
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
