import { runFaults } from '../tools/faults/src/fault-bench';
import type { Verdict } from '../tools/faults/src/run-fault';
import { drillRestore, type DrillReport } from '../tools/faults/src/restore-drill';
import { FAULTS } from '../tools/faults/src/catalog';
import { StateFile } from '../tools/faults/src/report';
import { describeWith } from './support';

const SERVERS = ['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'] as const;
const faults = FAULTS.filter(({ isClustered }) => isClustered);

describeWith(SERVERS, 'on three RabbitMQ nodes and PostgreSQL with a synchronous standby', () => {
  const verdicts: Verdict[] = [];
  beforeAll(() => runFaults({ faults, seeds: [1], seconds: 8, earlier: 'HEAD', patience: 5 }, new StateFile(), (verdict) => verdicts.push(verdict)), 900_000);

  it.each(faults.map(({ id, what }) => [id, what]))('loses and doubles nothing, and every reader agrees: %s, %s', (id) => {
    const { verdict, note } = verdicts.find(({ fault }) => fault === id)!;
    expect(verdict === 'held' ? verdict : note).toBe('held');
  });
});

describeWith(SERVERS, 'a restore from base backup and archive, after the loss of all data', () => {
  let report: DrillReport;
  beforeAll(async () => {
    report = await drillRestore({ seconds: 8, patience: 5 });
  }, 400_000);

  it('loses under load only what was not archived or not applied, and agrees on every read afterwards', () => {
    const { verdict, note } = report.underLoad;
    expect(verdict === 'held' ? note : `${verdict}: ${note}`).toMatch(/^lost \d+ of \d+ updates answered 201 until then/);
  });

  it('restores the same standings from a complete archive', () => {
    expect(report.difference).toBeUndefined();
    expect(report.standings).toBeGreaterThan(40);
  });
});
