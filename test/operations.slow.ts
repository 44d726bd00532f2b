import { runFaults } from '../tools/faults/src/fault-bench';
import type { Verdict } from '../tools/faults/src/play-row';
import { drillRestore, type DrillReport } from '../tools/faults/src/restore-drill';
import { ROWS } from '../tools/faults/src/rows';
import { StateFile } from '../tools/faults/src/state-file';
import { describeWith } from './support';

const SERVERS = ['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'] as const;
const rows = ROWS.filter(({ isClustered }) => isClustered);

describeWith(SERVERS, 'on three RabbitMQ nodes and PostgreSQL with a synchronous standby', () => {
  const verdicts: Verdict[] = [];
  beforeAll(() => runFaults({ rows, seeds: [1], seconds: 8, earlier: 'HEAD', patience: 5 }, new StateFile(), (verdict) => verdicts.push(verdict)), 900_000);

  it.each(rows.map(({ id, what }) => [id, what]))('loses and doubles nothing, and every reader agrees: %s, %s', (id) => {
    const { verdict, note } = verdicts.find(({ row }) => row === id)!;
    expect(verdict === 'held' ? verdict : note).toBe('held');
  });
});

describeWith(SERVERS, 'a restore from base backup and archive, after all data was lost', () => {
  let report: DrillReport;
  beforeAll(async () => {
    report = await drillRestore({ seconds: 8, patience: 5 });
  }, 400_000);

  it('under load loses nothing but what was not archived or not applied, and every reader agrees afterwards', () => {
    const { verdict, note } = report.underLoad;
    expect(verdict === 'held' ? note : `${verdict}: ${note}`).toMatch(/^lost \d+ of \d+ updates answered 201 until then/);
  });

  it('brings back the same standings where the archive had it all', () => {
    expect(report.difference).toBeUndefined();
    expect(report.standings).toBeGreaterThan(40);
  });
});
