import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, StartFailed, type RoleProcess, type Servers, startRole, temporaryFolder } from '@scoreboard/harness';
import { describeWith, eventually, shareServers, startStandalone } from '../support';
import { get, JWT_SECRET, newUser, post, type System, token } from './system';

const EXAMPLE = join(projectRoot(), 'examples/daily-cap/daily-cap.js');
const systemOf = (...roles: readonly RoleProcess[]): System => ({ apis: roles.map(({ url }) => url), gateways: [], stop: async () => undefined });

const RULES = `
  import { Controller, Get, Module, UseGuards } from '@nestjs/common';
  import { CurrentIdentity, defineRefusal, ScoreRule, TokenGuard } from '@scoreboard/nest';
  const NotToday = defineRefusal('not-today', { kind: 'forbidden', title: 'Not today' });
  class Rules {
    async beforeSubmit({ identity, command }) {
      if (command.scoreIncrement === 13) throw new NotToday({ detail: identity.userId });
      if (command.scoreIncrement === 14) throw new Error('a bug in a rule');
      return { scoreIncrement: command.scoreIncrement * 2 };
    }
  }
  ScoreRule()(Rules);
  class Whoami { whoami(identity) { return { userId: identity.userId }; } }
  Get()(Whoami.prototype, 'whoami', Object.getOwnPropertyDescriptor(Whoami.prototype, 'whoami'));
  UseGuards(TokenGuard)(Whoami.prototype, 'whoami', Object.getOwnPropertyDescriptor(Whoami.prototype, 'whoami'));
  CurrentIdentity()(Whoami.prototype, 'whoami', 0);
  Controller('api/whoami')(Whoami);
  class RulesModule {}
  Module({ controllers: [Whoami], providers: [Rules] })(RulesModule);
  export default RulesModule;`;

const dailyCap = { type: 'urn:scoreboard:problem:daily-cap', title: 'The daily cap is reached', status: 429, instance: '/api/scores/update' };

describe('the standalone with the example of docs/extending.md and rules in an ES module', () => {
  let role: RoleProcess;
  let system: System;
  beforeAll(async () => {
    const folder = temporaryFolder('rules');
    writeFileSync(join(folder, 'rules.mjs'), RULES);
    role = await startStandalone({ JWT_SECRET, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn', SCOREBOARD_EXTENSIONS: `${EXAMPLE},./rules.mjs` }, { folder });
    system = systemOf(role);
  });
  afterAll(() => role.kill());

  it('changes and caps increments, and a retry takes nothing twice and gets the first receipt', async () => {
    const userId = newUser();
    const headers = { 'idempotency-key': randomUUID(), 'prefer': 'wait=10' };
    const first = await post(system, { userId, scoreIncrement: 60 }, headers);
    expect([first.status, first.body]).toEqual([201, { commandId: expect.any(String), userId, scoreIncrement: 120, status: 'applied', score: 120, rank: expect.any(Number) }]);
    expect((await post(system, { userId, scoreIncrement: 60 }, headers)).body).toEqual(first.body);
    expect((await post(system, { userId, scoreIncrement: 120 }, headers)).body.type).toBe('urn:scoreboard:problem:key-reused');
    expect((await post(system, { userId, scoreIncrement: 40 })).status).toBe(201);

    const refused = await post(system, { userId, scoreIncrement: 1 });
    expect(refused.body).toEqual({ ...dailyCap, detail: 'You can earn 0 more points today.' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await eventually(async () => expect((await get(system, `/api/scores/users/${userId}`)).body.score).toBe(200));
  });

  it("answers a rule's refusal as a problem, and a rule's error with rule-failed, which is logged and counted by its name", async () => {
    const userId = newUser();
    expect(await post(system, { userId, scoreIncrement: 13 })).toMatchObject({ status: 403, body: { type: 'urn:scoreboard:problem:not-today', title: 'Not today', detail: userId } });
    for (let i = 0; i < 3; i++) {
      expect(await post(system, { userId, scoreIncrement: 14 })).toMatchObject({ status: 503, body: { type: 'urn:scoreboard:problem:rule-failed', outcome: 'refused' } });
    }
    expect(role.output().split('the score rule Rules failed: a bug in a rule')).toHaveLength(2);
    expect((await fetch(`${role.url}/metrics`).then((answer) => answer.text()))).toMatch(/scoreboard_faults_total\{what="the score rule Rules failed"\} 3\n/);
  });

  it('lists the refusals on the route of updates', async () => {
    const { description } = (await get(system, '/docs/openapi.json')).body.paths['/api/scores/update'].post;
    expect(description).toContain('| `daily-cap` | limited | 429 | The daily cap is reached |\n| `not-today` | forbidden | 403 | Not today |');
  });

  it('authenticates callers of its controllers with our guard', async () => {
    expect((await get(system, '/api/whoami')).status).toBe(401);
    expect((await get(system, '/api/whoami', { authorization: `Bearer ${token('ann')}` })).body).toEqual({ userId: 'ann' });
  });
});

describe('the filter of docs/extending.md', () => {
  it('gives refusals another form, and leaves other errors as they are', async () => {
    const folder = temporaryFolder('filter');
    const [code] = [...readFileSync(join(projectRoot(), 'docs/extending.md'), 'utf8').matchAll(/^```js\n([^`]*)^```$/gm)].map((match) => match[1]!).filter((block) => block.includes('APP_FILTER'));
    writeFileSync(join(folder, 'own-form.js'), code!);
    const role = await startStandalone({ JWT_SECRET, LOG_LEVEL: 'warn', SCOREBOARD_EXTENSIONS: './own-form.js' }, { folder });
    const answer = await get(systemOf(role), '/api/scores/users/nobody/history');
    expect([answer.status, answer.body]).toEqual([401, { error: { code: 'unauthenticated', message: expect.stringMatching(/bearer/i) } }]);
    expect((await get(systemOf(role), '/api/nowhere')).body).toMatchObject({ type: expect.any(String), status: 404 });
    await role.kill();
  });
});

describe('two extensions that define the same refusal', () => {
  it('stop the start with one line', async () => {
    const folder = temporaryFolder('rules');
    writeFileSync(join(folder, 'again.js'), `require('@scoreboard/nest').defineRefusal('daily-cap', { kind: 'limited', title: 'Again' });`);
    const failure = await startRole('standalone', { DATA_DIR: folder, SCOREBOARD_EXTENSIONS: `${EXAMPLE},./again.js` }, { folder }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailed);
    const { exitCode, output } = failure as StartFailed;
    expect([exitCode, output.trim()]).toEqual([78, 'SCOREBOARD_EXTENSIONS: ./again.js: The refusal daily-cap exists already; choose another name.']);
  });
});

describeWith(['TEST_DATABASE_URL', 'TEST_RABBITMQ_URL'], 'two apis with the example', () => {
  let roles: RoleProcess[] = [];
  let servers: Servers | undefined;
  afterAll(async () => {
    await Promise.all(roles.map((role) => role.kill()));
    await servers?.stop();
  });

  it('give away exactly the daily points, and gateway and worker start with it too', async () => {
    servers = await shareServers('extensions');
    const { postgres: DATABASE_URL, redis: REDIS_URL, rabbitmq: RABBITMQ_URL } = servers.urls;
    const settings = { DATABASE_URL, REDIS_URL, RABBITMQ_URL, JWT_SECRET, RATE_LIMIT_WRITES: '0', LOG_LEVEL: 'warn', SCOREBOARD_EXTENSIONS: EXAMPLE };
    roles = await Promise.all((['api', 'api', 'worker', 'gateway'] as const).map((name) => startRole(name, settings)));
    const system = systemOf(roles[0]!, roles[1]!);
    const userId = newUser('capped');
    const answers = await Promise.all(Array.from({ length: 60 }, () => post(system, { userId, scoreIncrement: 5 })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ body }) => body.type === dailyCap.type)).toHaveLength(40);
    await eventually(async () => expect((await get(system, `/api/scores/users/${userId}`)).body.score).toBe(100));
  });
});
