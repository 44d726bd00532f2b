import { randomUUID } from 'node:crypto';
import { type RoleProcess, startRole, type Servers } from '@scoreboard/harness';
import { MAX_TOTAL } from '@scoreboard/domain';
import { Scoreboard } from '@scoreboard/client';
import { describeWith, eventually, shareServers, startStandalone } from '../support';
import { apply, get, JWT_SECRET, newUser, post, type System, token } from './system';

const settings = { JWT_SECRET, MAX_SCORE_INCREMENT: `${MAX_TOTAL}`, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn' };

/** The answers to an update that the ledger can never apply. */
function rejectedSuite(current: () => System): void {
  const rejected = { type: 'urn:scoreboard:problem:rejected', status: 422, reason: 'total-limit', commandId: expect.any(String) };

  it('answers 422 to a rejected update, after the wait and on each retry', async () => {
    const userId = newUser();
    expect((await apply(current(), userId, MAX_TOTAL)).body).toMatchObject({ status: 'applied', score: MAX_TOTAL });
    const key = { 'idempotency-key': randomUUID() };
    const answers = [
      await post(current(), { userId, scoreIncrement: 1 }, { ...key, prefer: 'wait=10' }),
      await post(current(), { userId, scoreIncrement: 1 }, { ...key, prefer: 'wait=10' }),
      await post(current(), { userId, scoreIncrement: 1 }, key),
    ];
    expect(answers.map(({ status, body }) => ({ ...body, status }))).toEqual(answers.map(() => expect.objectContaining(rejected)));
    expect(new Set(answers.map(({ body }) => body.commandId)).size).toBe(1);
    expect(answers[0]!.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('reports the rejection in the command status', async () => {
    const userId = newUser();
    await apply(current(), userId, MAX_TOTAL);
    const { status, body } = await post(current(), { userId, scoreIncrement: 1 });
    expect([status, body.status]).toEqual([201, 'accepted']);
    const outcome = { commandId: body.commandId, status: 'rejected', reason: 'total-limit' };
    await eventually(async () => expect((await get(current(), `/api/scores/commands/${body.commandId}`, { authorization: `Bearer ${token(userId)}` })).body).toEqual(outcome));
  });

  it('gives the client library the outcome refused', async () => {
    const userId = newUser();
    await apply(current(), userId, MAX_TOTAL);
    const board = new Scoreboard(current().apis[0], { token: () => ({ userId, token: token(userId) }) });
    const retries: Error[] = [];
    const failure = board.submit(1, { waitSeconds: 10, onRetry: (error) => retries.push(error) });
    await expect(failure).rejects.toMatchObject({ name: 'SubmitError', status: 422, outcome: 'refused', problem: { reason: 'total-limit' } });
    expect(retries).toEqual([]);
    board.close();
  });
}

describe('an update past the largest total, on the standalone', () => {
  let role: RoleProcess;
  beforeAll(async () => void (role = await startStandalone(settings)));
  afterAll(() => role?.kill());
  rejectedSuite(() => ({ apis: [role.url], gateways: [role.url], stop: async () => undefined }));
});

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'an update past the largest total, over the broker', () => {
  let servers: Servers;
  let roles: RoleProcess[] = [];
  beforeAll(async () => {
    servers = await shareServers('rejected');
    const { postgres, redis, rabbitmq } = servers.urls;
    const all = { ...settings, DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq };
    roles = await Promise.all([startRole('api', all), startRole('worker', all)]);
  });
  afterAll(async () => {
    await Promise.all(roles.map((role) => role.kill()));
    await servers?.stop();
  });
  rejectedSuite(() => ({ apis: [roles[0]!.url], gateways: [], stop: async () => undefined }));
});
