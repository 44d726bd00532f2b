import { randomUUID } from 'node:crypto';
import { type ConsumerDefinition, LedgerConsumer } from '@scoreboard/application';
import { type LedgerEvent, usersOf } from '@scoreboard/domain';
import { type Database, PostgresConsumerRecords, PostgresEventConsumers, PostgresLedger, PostgresLedgerEvents } from '@scoreboard/infrastructure/postgres';
import { describeWith, eventually, useDatabase } from './support';

const TIMING = { leaseMs: 1_500, idleMs: 50 };
const command = (userId: string, scoreIncrement = 1) => ({ commandId: randomUUID(), userId, scoreIncrement });

/** A process that may die: from then on nothing that it does has an effect, and it releases no lease. */
class Replica {
  private isDead = false;
  readonly consumer: LedgerConsumer;

  constructor(database: Database, definition: ConsumerDefinition, reported: string[] = []) {
    const alive = <T>(work: () => Promise<T>) => (this.isDead ? new Promise<never>(() => undefined) : work());
    const mortal = {
      query: (sql: string, parameters?: unknown[]) => alive(() => database.query(sql, parameters)),
      prepared: (name: string, sql: string, parameters: unknown[]) => alive(() => database.prepared(name, sql, parameters)),
    } as unknown as Database;
    const handle = (events: readonly LedgerEvent[], signal: AbortSignal) =>
      this.isDead ? new Promise<never>((_, reject) => signal.addEventListener('abort', reject)) : definition.handle(events, signal);
    const errors = { report: (what: string, error: unknown) => void reported.push(`${what}: ${String(error)}`) };
    this.consumer = new LedgerConsumer({ ...definition, handle }, new PostgresLedgerEvents(mortal), new PostgresEventConsumers(mortal), errors, TIMING);
    this.consumer.start();
  }

  die(): void {
    this.isDead = true;
    void this.consumer.stop(); // ends its timers
  }
}

describeWith('TEST_DATABASE_URL', 'The consumers of ledger events', () => {
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  const records = new PostgresConsumerRecords(database);
  let replicas: Replica[] = [];
  const start = (definition: Partial<ConsumerDefinition> & Pick<ConsumerDefinition, 'name' | 'handle'>, reported?: string[]) => {
    const types = ['score.applied'] as const;
    const replica = new Replica(database, { types, startFrom: 'now', batchSize: 1, maxTries: 3, retryMs: [1, 10], ...definition }, reported);
    replicas.push(replica);
    return replica;
  };
  /** Waits until the consumer has its first position: what comes later is for it. */
  const created = (name: string) => eventually(async () => expect((await records.list()).map(({ consumer }) => consumer)).toContain(name));
  afterEach(async () => {
    await Promise.all(replicas.map(({ consumer }) => consumer.stop()));
    replicas = [];
  });

  it('miss nothing and keep the order while replicas die, and repeat only what was in progress', async () => {
    const received: LedgerEvent[] = [];
    let deaths = 0;
    const definition = { name: 'faults', types: ['score.applied', 'top.entered', 'top.left'] as const, handle: async ([event]: readonly LedgerEvent[]) => void received.push(event!) };
    for (let i = 0; i < 3; i++) start(definition);
    await created('faults');
    for (let round = 0; round < 24; round++) {
      await ledger.apply(Array.from({ length: 25 }, (_, i) => command(`u${(round * 7 + i) % 40}`, 1 + (i % 5))));
      if (round % 8 !== 7) continue;
      await eventually(() => expect(replicas.some(({ consumer }) => consumer.lagSeconds !== undefined)).toBe(true));
      const [holder] = replicas.filter(({ consumer }) => consumer.lagSeconds !== undefined);
      holder!.die();
      replicas = replicas.filter((replica) => replica !== holder);
      deaths++;
      start(definition);
    }
    const expected = await database.query<{ seq: string }>('SELECT seq FROM score_event ORDER BY seq');
    await eventually(() => expect(new Set(received.filter(({ type }) => type === 'score.applied').map(({ sequence }) => sequence)).size).toBe(600));
    const firsts = [...new Map(received.map((event) => [event.id, event] as const)).values()];
    const applied = firsts.filter(({ type }) => type === 'score.applied').map(({ sequence }) => sequence);
    expect(applied).toEqual(expected.map(({ seq }) => Number(seq)).slice(-600));
    expect(firsts.map(({ sequence, place }) => sequence * 4 + place)).toEqual(firsts.map(({ sequence, place }) => sequence * 4 + place).sort((a, b) => a - b));
    // A holder stores its position after each page, of at most 200 events.
    expect(received.length - firsts.length).toBeLessThanOrEqual(200 * deaths);
    // Whoever entered more often than left is in the top ten.
    const balance = new Map<string, number>();
    for (const event of firsts) if (event.type === 'top.entered' || event.type === 'top.left') balance.set(event.userId, (balance.get(event.userId) ?? 0) + (event.type === 'top.entered' ? 1 : -1));
    const inTop = [...balance].filter(([, count]) => count === 1).map(([userId]) => userId);
    await eventually(async () => expect(inTop.sort()).toEqual((await ledger.top(10)).map(({ userId }) => userId).sort()));
  });

  it('set a poison event aside after its tries, of a batch too, go on, and try it again for the operator', async () => {
    const received: string[][] = [];
    const reported: string[] = [];
    let isCured = false;
    start({
      name: 'poison',
      batchSize: 10,
      handle: async (events) => {
        received.push(events.flatMap(usersOf));
        if (!isCured && events.flatMap(usersOf).includes('bad')) throw new Error('cannot mail bad');
      },
    }, reported);
    await created('poison');
    await ledger.apply(['p1', 'p2', 'bad', 'p3', 'p4'].map((userId) => command(userId)));
    await eventually(() => expect(received.slice(1).flat()).toContain('p4')); // alone, after those before it
    await eventually(async () => expect(await records.listSetAside('poison')).toMatchObject([{ type: 'score.applied', tries: 3, problem: 'cannot mail <user>' }]));
    expect(received.filter((batch) => batch.includes('bad'))).toEqual([['p1', 'p2', 'bad', 'p3', 'p4'], ['bad'], ['bad'], ['bad']]);
    const inOrder = received.flat().filter((userId) => userId !== 'bad');
    expect(inOrder.slice(inOrder.lastIndexOf('p1'))).toEqual(['p1', 'p2', 'p3', 'p4']);
    expect(reported).toContain('the consumer poison failed: Error: cannot mail bad');

    isCured = true;
    expect(await records.retry('poison')).toBe(1);
    await eventually(() => expect(received.at(-1)).toEqual(['bad']));
    await eventually(async () => expect(await records.countSetAside('poison')).toBe(0));
  });

  it('continue after a restart where they stopped, and know how far they are behind', async () => {
    const received: string[] = [];
    let release = () => undefined as void;
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const first = start({ name: 'restart', handle: async ([event]) => { received.push(...usersOf(event!)); if (usersOf(event!).includes('r2')) await blocked; } });
    await created('restart');
    await ledger.apply(['r1', 'r2', 'r3'].map((userId) => command(userId)));
    await eventually(() => expect(received).toEqual(['r1', 'r2']));
    await eventually(() => expect(first.consumer.lagSeconds).toBeGreaterThan(0.1));
    const stopped = first.consumer.stop();
    release();
    await stopped;
    expect(received).toEqual(['r1', 'r2']);
    start({ name: 'restart', handle: async ([event]) => void received.push(...usersOf(event!)) });
    await eventually(() => expect(received).toEqual(['r1', 'r2', 'r3']));
    expect(await records.list()).toEqual(expect.arrayContaining([expect.objectContaining({ consumer: 'restart', failures: 0, isRunning: true })]));
  });

  it('read from the beginning of the ledger where they are told to', async () => {
    const received: LedgerEvent[] = [];
    start({ name: 'warehouse', startFrom: 'beginning', batchSize: 100, handle: async (events) => void received.push(...events) });
    const [row] = await database.query<{ count: string }>('SELECT count(*) FROM score_event');
    await eventually(() => expect(received).toHaveLength(Number(row!.count)));
  });
});
