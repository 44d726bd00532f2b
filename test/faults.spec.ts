import { runFaults } from '../tools/faults/src/fault-bench';
import type { Verdict } from '../tools/faults/src/play-row';
import { ROWS } from '../tools/faults/src/rows';
import { StateFile } from '../tools/faults/src/state-file';
import { describeWith } from './support';

const QUICK = ['F02', 'F03a', 'F07', 'F21', 'F26'];

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'two instances of every role under faults', () => {
  const verdicts: Verdict[] = [];

  beforeAll(async () => {
    const rows = ROWS.filter(({ id }) => QUICK.includes(id));
    // Other suites run in parallel, so answers may be slow. Only the bench judges the time.
    await runFaults({ rows, seeds: [1], seconds: 6, earlier: 'HEAD', patience: 4 }, new StateFile(), (verdict) => verdicts.push(verdict));
  }, 240_000);

  it.each(QUICK)('lose nothing, count nothing twice, and agree on every read: %s', (id) => {
    const { verdict, note } = verdicts.find(({ row }) => row === id)!;
    expect(verdict === 'held' ? verdict : note).toBe('held');
  });
});
