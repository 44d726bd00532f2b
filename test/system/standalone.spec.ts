import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { startRole, type RoleProcess, temporaryFolder } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { WebSocket } from 'ws';
import { actionLimitsFile, get, JWT_SECRET, newUser, order, post, type System, token, watch } from './system';
import { actionsSuite } from './actions.suite';
import { boardsSuite } from './boards.suite';
import { batchesSuite } from './batches.suite';
import { claimsSuite } from './claims.suite';
import { moderationSuite } from './moderation.suite';
import { playersSuite } from './players.suite';
import { systemSuite } from './system.suite';
import { peopleSuite } from './people.suite';
import { userIdsSuite } from './user-ids.suite';
import { eventually, startStandalone } from '../support';

const settings = (folder: string) => ({ DATA_DIR: folder, JWT_SECRET, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn' });
const systemOf = (role: RoleProcess): System => ({ apis: [role.url], gateways: [role.url], stop: async () => void (await role.stop()) });

describe('the standalone', () => {
  const folder = temporaryFolder('data');
  let role: RoleProcess;
  beforeAll(async () => {
    role = await startRole('standalone', { ...settings(folder), ACTION_LIMITS_FILE: actionLimitsFile() });
  });
  afterAll(() => role.stop());

  systemSuite(() => systemOf(role));
  moderationSuite(() => systemOf(role));
  actionsSuite(() => systemOf(role));
  batchesSuite(() => systemOf(role));
  userIdsSuite(() => systemOf(role));
  boardsSuite(() => systemOf(role));
  peopleSuite(() => systemOf(role));
  claimsSuite(() => systemOf(role));
  playersSuite(() => systemOf(role));

  it('supports guest play', async () => {
    const { body } = await fetch(`${role.url}/api/auth/guest`, { method: 'POST' }).then(async (response) => ({ body: await response.json() as { token: string; userId: string } }));
    const answer = await post(systemOf(role), { userId: body.userId, scoreIncrement: 1 }, { authorization: `Bearer ${body.token}` });
    expect(answer.status).toBe(201);
  });

  it('knows no claim where it is switched off, nor without guest play, whatever token the request has', async () => {
    for (const off of [{ GUEST_CLAIM_MAX_POINTS: '0' }, { GUEST_PLAY: 'false' }]) {
      const other = await startStandalone({ JWT_SECRET, LOG_LEVEL: 'warn', ...off });
      const send = (path: string) => fetch(`${other.url}/api/auth/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"guestToken":"x"}' });
      const [answer, unknown] = await Promise.all([send('guest/claim'), send('nothing')]);
      expect([answer.status, ((await answer.json()) as { readonly type: string }).type]).toEqual([404, 'about:blank']);
      expect(unknown.status).toBe(404);
      await other.stop();
    }
  });

  it('refuses a data folder in use by another process, with one line', async () => {
    const output = `${folder} is in use by process ${role.pid}: stop that one first, or set DATA_DIR to another folder\n`;
    await expect(startRole('standalone', settings(folder))).rejects.toMatchObject({ exitCode: 1, output });
  });

  // The last one: it stops the role.
  it('sends its clients closing with retryAfterMs on SIGTERM, and exits 0', async () => {
    const watchers = Array.from({ length: 20 }, () => watch(role.url));
    const plain = new WebSocket(`${role.url.replace('http', 'ws')}/ws/scores`);
    const closed = once(plain, 'close');
    await Promise.all([once(plain, 'open'), ...watchers.map(({ socket }) => new Promise((resolve) => socket.once('connect', () => resolve(undefined))))]);
    const told = watchers.map(({ socket }) => new Promise((resolve) => socket.once('closing', resolve)));
    expect(await role.stop()).toBe(0);
    for (const reason of await Promise.all(told)) {
      expect(reason).toEqual({ code: 1001, reason: 'the server is going away', retryAfterMs: expect.any(Number) });
    }
    expect((await closed)[0]).toBe(1001);
    for (const { socket } of watchers) socket.disconnect();
  });
});

describe('the standalone with REQUIRE_ACTION_TOKEN and an external signer', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  const signed = (claims: object) => ({ authorization: `Bearer ${sign(claims, privateKey, { algorithm: 'ES256', subject: 'ann', expiresIn: 60 })}` });
  let system: System;
  beforeAll(async () => {
    const own = { JWT_PUBLIC_KEY: publicKey, REQUIRE_ACTION_TOKEN: 'true', LOG_LEVEL: 'warn' };
    system = systemOf(await startStandalone(own));
  });
  afterAll(() => system.stop());

  it('accepts only action tokens from players, and any token from a trusted service', async () => {
    const update = { userId: 'ann', scoreIncrement: 5 };
    const plain = await post(system, update, signed({ scope: 'scores:write' }));
    expect([plain.status, plain.body.type]).toEqual([403, 'urn:scoreboard:problem:action-token-required']);
    expect((await post(system, update, signed({ scope: 'scores:write:any' }))).status).toBe(201);
    const details = { jti: 't1', authorization_details: [{ type: 'score_update', action: 'kill', max_increment: 5 }] };
    expect((await post(system, update, { ...signed(details), prefer: 'wait=10' })).body).toMatchObject({ status: 'applied', score: 10 });
  });

  it('has leaderboards of all boards that lack nothing, once nothing happens', async () => {
    await eventually(async () => {
      const metrics = await (await fetch(`${system.apis[0]!}/metrics`)).text();
      const lags = [...metrics.matchAll(/^scoreboard_leaderboard_lag_events\{[^}]*board="(\w+)"[^}]*\} (\d+)$/gm)].map(([, board, lag]) => `${board} ${lag}`);
      expect(lags.sort()).toEqual(['day 0', 'global 0', 'month 0', 'week 0']);
    });
  });

  it('issues no tokens itself: 404 for every caller', async () => {
    const body = { userId: 'ann', action: 'kill', maxIncrement: 5, expiresIn: 60 };
    for (const authorization of ['', signed({ scope: 'actions:issue' }).authorization]) expect((await order(system, body, authorization)).status).toBe(404);
  });
});

describe('the standalone on its data folder', () => {
  it('keeps accepted updates over kill -9, and its revision keeps rising', async () => {
    const folder = temporaryFolder('data');
    const userId = newUser();
    const authorization = `Bearer ${token(userId, 'scores:write:any')}`;
    let accepted = 0;
    let unknown = 0;
    let revision = 0;
    for (let round = 0; ; round++) {
      const role = await startRole('standalone', settings(folder));
      const system = systemOf(role);
      const { score = 0 } = (await get(system, `/api/scores/users/${userId}`)).body;
      expect(score).toBeGreaterThanOrEqual(accepted);
      expect(score).toBeLessThanOrEqual(accepted + unknown);
      const watcher = watch(role.url);
      await eventually(() => expect(watcher.boards().length).toBeGreaterThan(0));
      expect(watcher.boards()[0]!.revision).toBeGreaterThanOrEqual(revision);
      if (round === 2) {
        watcher.socket.disconnect();
        expect(await role.stop()).toBe(0);
        return;
      }

      // It is unknown whether the last ones were applied: the next round starts from the ledger.
      accepted = score;
      unknown = 0;
      let isKilled = false;
      const load = Array.from({ length: 8 }, async () => {
        while (!isKilled) {
          const answer = await post(system, { userId, scoreIncrement: 1 }, { authorization, prefer: 'wait=1' }).catch(() => undefined);
          if (answer?.status === 201) accepted++;
          else unknown++;
          if (!answer) return;
        }
      });
      await delay(500);
      await role.kill();
      isKilled = true;
      await Promise.all(load);
      revision = watcher.boards().at(-1)!.revision;
      watcher.socket.disconnect();
    }
  });

  it('exits with 78 and one line per bad setting', async () => {
    await expect(startRole('standalone', { PORT: '99999', JWT_SECRET: 'short' })).rejects.toMatchObject({
      exitCode: 78,
      output: 'PORT: must be a whole number from 0 to 65535\nJWT_SECRET: must be at least 32 bytes long\n',
    });
    await expect(startRole('api', {})).rejects.toMatchObject({ exitCode: 78, output: expect.stringMatching(/^DATABASE_URL: .*\nREDIS_URL: .*\nRABBITMQ_URL: .*\nJWT_SECRET: .*\n$/) });
  });
});
