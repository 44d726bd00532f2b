import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RoleProcess, startRole, temporaryFolder } from '@scoreboard/harness';
import { Database, PostgresConsumerRecords, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { describeWith, eventually, freshDatabase } from '../support';
import { JWT_SECRET } from './system';

const EVENTS = 50_000;
const USERS = 500;
const BATCH = 500;
/** The holder of the lease is killed each time that so many more events have arrived. */
const KILL_EVERY = EVENTS / 8;

interface Received {
  readonly id: string;
  readonly type: string;
}

describeWith('TEST_DATABASE_URL', 'three processes that send webhooks', () => {
  let drop: () => Promise<void>;
  let database: Database;
  let settings: NodeJS.ProcessEnv;
  let roles: RoleProcess[] = [];
  const received: Received[] = [];
  let isAway = false;
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      if (isAway) return void response.writeHead(503).end();
      const { type, data } = JSON.parse(body) as { type: string; data: { id: string } };
      received.push({ id: data.id, type });
      response.writeHead(204).end();
    });
  });
  const start = async () => roles.push(await startRole('standalone', { ...settings, DATA_DIR: temporaryFolder('data') }));

  beforeAll(async () => {
    const fresh = await freshDatabase();
    ({ drop } = fresh);
    database = new Database({ url: fresh.url });
    await database.open();
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const file = join(temporaryFolder('webhooks'), 'webhooks.json');
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    writeFileSync(file, JSON.stringify([{ id: 'all', url, secret, types: ['score.applied', 'top.entered', 'top.left'], allowPrivate: true }]));
    settings = { DATABASE_URL: fresh.url, JWT_SECRET, LOG_LEVEL: 'error', WEBHOOKS_FILE: file };
    for (let i = 0; i < 3; i++) await start();
    const records = new PostgresConsumerRecords(database);
    await eventually(async () => expect(await records.list()).toMatchObject([{ isRunning: true }]));
  });
  afterAll(async () => {
    await Promise.all(roles.map((role) => role.kill()));
    receiver.closeAllConnections();
    receiver.close();
    await database?.onApplicationShutdown();
    await drop?.();
  });

  /** The process that holds the lease is the only one that tells how far the consumer is behind. */
  async function killHolder(): Promise<void> {
    const holder = await eventually(async () => {
      const metrics = await Promise.all(roles.map(({ url }) => fetch(`${url}/metrics`).then((answer) => answer.text())));
      const found = roles.find((_, i) => /scoreboard_consumer_lag_seconds\{/.test(metrics[i]!));
      expect(found).toBeDefined();
      return found!;
    }, { everyMs: 100 });
    roles = roles.filter((role) => role !== holder);
    await holder.kill();
  }

  it(`miss none of ${EVENTS} events and keep their order, while one is killed again and again and the receiver is away`, async () => {
    const ledger = new PostgresLedger(database);
    const writing = (async () => {
      for (let done = 0; done < EVENTS; done += BATCH) {
        await ledger.apply(Array.from({ length: BATCH }, (_, i) => ({ commandId: randomUUID(), userId: `u${(done * 7 + i * 13) % USERS}`, scoreIncrement: 1 + ((done + i) % 9) })));
      }
    })();
    const applied = () => new Set(received.filter(({ type }) => type === 'score.applied').map(({ id }) => id)).size;
    let kills = 0;
    for (let next = KILL_EVERY; next < EVENTS; next += KILL_EVERY) {
      await eventually(() => expect(received.length).toBeGreaterThan(next), { withinMs: 300_000, everyMs: 100 });
      if (kills % 3 === 2) {
        isAway = true;
        await delay(7_000); // longer than the first retry
        isAway = false;
      }
      await killHolder();
      kills++;
      await start();
    }
    await writing;
    await eventually(() => expect(applied()).toBe(EVENTS), { withinMs: 600_000, everyMs: 500 });
    const [{ changes }] = (await database.query<{ changes: string }>('SELECT count(*) AS changes FROM top_change')) as [{ changes: string }];
    const firsts = () => [...new Map(received.map((event) => [event.id, event] as const)).values()];
    await eventually(() => expect(firsts()).toHaveLength(EVENTS + Number(changes)), { withinMs: 120_000, everyMs: 500 });
    const order = firsts().map(({ id }) => id.split('-').map(Number) as [sequence: number, place: number]);
    expect(order).toEqual([...order].sort(([a, i], [b, j]) => a - b || i - j));
    // A process stores its position at least once a second and after 200 events.
    expect(received.length - order.length).toBeLessThanOrEqual(200 * kills);
  }, 1_800_000);
});
