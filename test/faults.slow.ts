import { runFaults, type Verdict } from '../tools/faults/src/run-faults';
import { FAULTS } from '../tools/faults/src/catalog';
import { describeWith } from './support';

const QUICK = ['F02', 'F03a', 'F07', 'F21', 'F26'];

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'two instances of every role under faults', () => {
  const verdicts: Verdict[] = [];

  beforeAll(async () => {
    const faults = FAULTS.filter(({ id }) => QUICK.includes(id));
    // Other suites run beside it, so an answer is late where it hangs: the bench alone judges the time.
    await runFaults(faults, [1], { seconds: 6, earlier: 'HEAD', patience: 4 }, verdicts);
  });

  it.each(QUICK)('loses and doubles nothing, and every reader agrees: %s', (id) => {
    const { verdict, note } = verdicts.find(({ fault }) => fault === id)!;
    expect(verdict === 'held' ? verdict : note).toBe('held');
  });
});
