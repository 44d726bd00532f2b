import type { Fault } from '../tools/faults/src/fault';
import { runFaults, type Verdict } from '../tools/faults/src/run-faults';
import { FAULTS } from '../tools/faults/src/catalog';
import { describeWith } from './support';

const SERVERS = ['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'] as const;

function underFaults(faults: readonly Fault[]): (id: string) => Verdict {
  const verdicts: Verdict[] = [];
  beforeAll(() => runFaults(faults, [1], { seconds: 8, earlier: 'HEAD', patience: 5 }, verdicts), 900_000);
  return (id) => verdicts.find(({ fault }) => fault === id)!;
}

describeWith(SERVERS, 'on three RabbitMQ nodes and PostgreSQL with a synchronous standby', () => {
  const faults = FAULTS.filter(({ isClustered }) => isClustered);
  const verdictOf = underFaults(faults);

  it.each(faults.map(({ id, what }) => [id, what]))('loses and doubles nothing, and every reader agrees: %s, %s', (id) => {
    const { verdict, note } = verdictOf(id);
    expect(verdict === 'held' ? verdict : note).toBe('held');
  });
});

describeWith(SERVERS, 'a restore from base backup and archive, after the loss of all data', () => {
  const verdictOf = underFaults(FAULTS.filter(({ id }) => ['R5', 'R6'].includes(id)));
  const toldOf = (id: string) => `${verdictOf(id).verdict}: ${verdictOf(id).note}`;

  it('loses under load only what was not archived or not applied, and agrees on every read afterwards', () =>
    expect(toldOf('R5')).toMatch(/^held: lost \d+ of \d+ updates answered 201 until then/));

  it('restores the same standings from a complete archive', () => expect(toldOf('R6')).toMatch(/^held: \d+ standings in Redis and on every api again/));
});
