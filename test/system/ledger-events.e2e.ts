import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, GuardedProcess, projectRoot, type RoleProcess, startRole, temporaryFolder } from '@scoreboard/harness';
import { eventually, type FreshLedger, freshLedger } from '../support';
import { entriesOf, succeed } from './operator-command';
import { apply, get, JWT_SECRET, moderate, newUser, type System, token } from './system';

const EXAMPLE = join(projectRoot(), 'examples/top-ten-webhook');
const reader = { authorization: `Bearer ${token('warehouse', 'events:read')}` };

const EXTENSION = `
  import { Controller, Get, Module } from '@nestjs/common';
  import { OnLedgerEvent } from '@scoreboard/nest';
  const of = (type, name) => [type.prototype, name, Object.getOwnPropertyDescriptor(type.prototype, name)];
  const seen = [];
  class Bonus { onTop(event) { seen.push(event); } }
  OnLedgerEvent({ consumer: 'bonus', types: ['top.entered'] })(...of(Bonus, 'onTop'));
  class Seen { list() { return seen; } }
  Get()(...of(Seen, 'list'));
  Controller('api/bonus')(Seen);
  class BonusModule {}
  Module({ controllers: [Seen], providers: [Bonus] })(BonusModule);
  export default BonusModule;`;

/** Starts the receiver of the example as it is, with the port of its file. */
async function startReceiver(webhooksFile: string) {
  const receiver = new GuardedProcess(process.execPath, [join(EXAMPLE, 'receiver.js')], { env: { PATH: process.env.PATH, WEBHOOKS_FILE: webhooksFile }, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  receiver.child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
  await eventually(() => expect(printed).toContain('waiting for webhooks'));
  return { lines: () => printed.trim().split('\n').slice(1), kill: () => receiver.kill() };
}

describe('a standalone with the example of webhooks, an endpoint that is away and a consumer in an extension', () => {
  let ledger: FreshLedger;
  let role: RoleProcess;
  let system: System;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let url: string;
  let env: NodeJS.ProcessEnv;
  const ann = newUser('ann');

  beforeAll(async () => {
    const folder = temporaryFolder('events');
    const file = join(folder, 'webhooks.json');
    url = `http://127.0.0.1:${await freePort()}/scoreboard`;
    const example = readFileSync(join(EXAMPLE, 'webhooks.json'), 'utf8').replace('http://127.0.0.1:4000/scoreboard', url);
    const [endpoint] = JSON.parse(example) as [object];
    writeFileSync(file, JSON.stringify([endpoint, { ...endpoint, id: 'away', url: 'http://127.0.0.1:1/' }]));
    writeFileSync(join(folder, 'bonus.mjs'), EXTENSION);
    receiver = await startReceiver(file);
    ledger = await freshLedger();
    env = { ...ledger.settings, JWT_SECRET, WEBHOOKS_FILE: file };
    role = await startRole('standalone', { ...env, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn', SCOREBOARD_EXTENSIONS: './bonus.mjs' }, { folder });
    system = { apis: [role.url], gateways: [], stop: async () => undefined };
    // The consumers begin with what comes after their first look.
    await eventually(async () => expect(entriesOf(await succeed(env, 'consumers', 'list', '--json')).filter(({ isRunning }) => isRunning)).toHaveLength(3), { everyMs: 500 });
  });
  afterAll(async () => {
    await role?.kill();
    await receiver?.kill();
    await ledger?.drop();
  });

  it('sends who enters and leaves the top ten, signed, and the endpoint that is away holds up neither', async () => {
    expect((await apply(system, ann, 5)).status).toBe(201);
    await eventually(() => expect(receiver.lines()).toEqual([`${ann} entered the top ten at rank 1`]));
    await moderate(system, 'PUT', `hidden/${ann}`, { reason: 'a test' });
    await moderate(system, 'DELETE', `hidden/${ann}`, { reason: 'a test' });
    const expected = [`${ann} entered the top ten at rank 1`, `${ann} left the top ten`, `${ann} entered the top ten at rank 1`];
    await eventually(() => expect(receiver.lines()).toEqual(expected));
    const forged = await fetch(url, { method: 'POST', headers: { 'webhook-id': '1', 'webhook-timestamp': `${Math.floor(Date.now() / 1_000)}`, 'webhook-signature': 'v1,AAAA' }, body: '{}' });
    expect(forged.status).toBe(401);
  });

  it('gives the events to the extension', async () => {
    const entered = { id: expect.stringMatching(/^\d{16}-1$/), type: 'top.entered', userId: ann, score: 5, rank: 1 };
    await eventually(async () => expect((await get(system, '/api/bonus')).body).toMatchObject([entered, entered]));
  });

  it('shows the operator the position of each endpoint, the problem of the one that is away, and the lag to Prometheus', async () => {
    await eventually(async () => {
      const [shop, away] = entriesOf(await succeed(env, 'webhooks', 'list', '--json'));
      expect(shop).toEqual({ id: 'top-ten', url, types: ['top.entered', 'top.left'], position: expect.stringMatching(/^\d{16}-\d+$/), isRunning: true, failures: 0, setAside: 0 });
      expect(away).toMatchObject({ id: 'away', isRunning: true, problem: expect.stringContaining('ECONNREFUSED'), retryAt: expect.any(String) });
    }, { everyMs: 500 });
    const metrics = await (await fetch(`${role.url}/metrics`)).text();
    expect(metrics).toMatch(/scoreboard_consumer_lag_seconds\{[^}]*consumer="webhook:top-ten"[^}]*\} 0\n/);
    expect(metrics).toMatch(/scoreboard_consumer_set_aside_events\{[^}]*consumer="webhook:away"[^}]*\} 0\n/);
  });

  it('sends events again with the same ids, which the receiver knows', async () => {
    expect(await succeed(env, 'webhooks', 'replay', 'top-ten', '--after', 'beginning', '--yes')).toContain('events are sent to top-ten again');
    await apply(system, newUser('bob'), 1);
    await eventually(() => expect(receiver.lines()).toHaveLength(4));
    expect(receiver.lines()[3]).toMatch(/^bob-\w+ entered the top ten at rank 2$/);
  });

  describe('GET /api/events', () => {
    const events = (query: string, headers: Record<string, string> = reader) => get(system, `/api/events${query}`, headers);

    it('gives all events in pages, in order, and continues where a page ended', async () => {
      const first = (await events('?limit=2')).body;
      expect(first.items).toEqual([
        { id: expect.any(String), sequence: expect.any(Number), type: 'score.applied', at: expect.any(String), userId: ann, commandId: expect.any(String), scoreIncrement: 5, score: 5 },
        expect.objectContaining({ type: 'top.entered', sequence: first.items[0].sequence, userId: ann, rank: 1 }),
      ]);
      const second = (await events(`?limit=2&after=${first.next}`)).body;
      expect(second.items.map(({ type }: { type: string }) => type)).toEqual(['user.hidden', 'top.left']);
      expect((await events(`?types=user.shown,user.hidden&after=${first.next}`)).body.items.map(({ type }: { type: string }) => type)).toEqual(['user.hidden', 'user.shown']);
    });

    it('waits for the next event if it is asked to', async () => {
      const { next } = (await events('?after=latest')).body;
      const waiting = events(`?after=${next}&types=score.applied`, { ...reader, prefer: 'wait=10' });
      const carl = newUser('carl');
      await apply(system, carl, 1);
      const { items, next: end } = (await waiting).body;
      expect(items).toMatchObject([{ type: 'score.applied', userId: carl }]);
      expect((await events(`?after=${end}&types=score.applied`)).body).toEqual({ items: [], next: end });
    });

    it('requires the scope events:read, and refuses bad parameters by name', async () => {
      expect((await events('', {})).status).toBe(401);
      expect(await events('', { authorization: `Bearer ${token('ann', 'scores:admin')}` })).toMatchObject({ status: 403, body: { type: 'urn:scoreboard:problem:insufficient-scope' } });
      const refused = await events('?after=yesterday&limit=0&types=score.lost');
      expect(refused.status).toBe(400);
      expect(refused.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['after', 'limit', 'types']);
    });
  });
});
