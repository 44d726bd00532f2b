import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readSettings } from '@scoreboard/infrastructure/config';
import { sign } from 'jsonwebtoken';
import { register } from 'prom-client';
import { BUILT_PAGE, eventually } from '../../../../test/support';
import { StandaloneModule } from '../../../../apps/standalone/src/standalone.module';
import { createApp } from '../http';

const JWT_SECRET = 'a secret of the test suite, long enough';
const OWN = 'ann@mail.example';
const bearer = (sub: string, scope = 'scores:write') => ({ authorization: `Bearer ${sign({ sub, scope }, JWT_SECRET, { expiresIn: '10m' })}` });

describe('with USER_ID_KEY', () => {
  let folder: string;
  let app: NestFastifyApplication;
  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, headers: Record<string, string> = {}, payload?: object) => {
    const answer = await app.inject({ method, url, headers: { ...headers, ...(payload && { 'content-type': 'application/json' }) }, ...(payload && { payload }) });
    return { status: answer.statusCode, text: answer.body, body: answer.headers['content-type']?.toString().includes('json') ? answer.json() : undefined };
  };
  const update = (userId: string, headers: Record<string, string>) => ask('POST', '/api/scores/update', { ...headers, prefer: 'wait=10' }, { userId, scoreIncrement: 5 });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'user-ids-'));
    register.clear();
    const settings = readSettings('standalone', { DATA_DIR: folder, JWT_SECRET, USER_ID_KEY: Buffer.alloc(32, 7).toString('base64') });
    app = await createApp(StandaloneModule.forRoot(settings, BUILT_PAGE), { logger: false, trustProxy: 0, corsOrigins: [] });
    await app.startAllMicroservices();
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    register.clear();
    Logger.overrideLogger(false);
    rmSync(folder, { recursive: true, force: true });
  });

  it('a user stands under a derived id everywhere, and may be named by either', async () => {
    const first = await update(OWN, bearer(OWN));
    const { userId } = first.body;
    expect([first.status, userId]).toEqual([201, expect.stringMatching(/^p_[\w-]{22}$/)]);
    expect((await update(userId, bearer(OWN))).body).toMatchObject({ userId, score: 10 });
    expect((await update(userId, bearer('game', 'scores:write:any'))).body).toMatchObject({ userId, score: 15 });
    expect((await update(userId, bearer('bob'))).status).toBe(403);
    for (const id of [OWN, userId]) {
      expect((await ask('PUT', `/api/users/${id}/profile`, bearer(OWN), { name: 'Ann' })).status).toBe(204);
      expect((await ask('GET', `/api/users/${id}/profile`)).body).toEqual({ userId, name: 'Ann' });
      await eventually(async () => expect((await ask('GET', `/api/scores/users/${id}`)).body).toEqual({ userId, score: 15, rank: 1, players: 1, name: 'Ann' }));
      for (const path of [`scores/users/${id}/around`, `boards/global/users?ids=nobody,${id}`, 'boards/global/ranks', 'boards/global/players?name=an']) {
        expect((await ask('GET', `/api/${path}`)).body).toEqual([{ rank: 1, userId, score: 15, name: 'Ann' }]);
      }
      expect((await ask('GET', `/api/scores/users/${id}/history`, bearer(OWN))).body.items).toHaveLength(3);
    }
    await eventually(async () => expect((await ask('GET', '/api/scores/top')).body).toEqual([{ userId, score: 15, name: 'Ann' }]));
    const page = await ask('GET', '/');
    expect(page.text).toContain(`data-user="${userId}"`);
    expect(page.text).not.toContain(OWN);

    const boss = bearer('boss', 'scores:admin');
    expect((await ask('PUT', `/api/moderation/hidden/${userId}`, boss, { reason: 'test' })).status).toBe(204);
    expect((await ask('GET', '/api/boards/global/players?name=an')).body).toEqual([]);
    expect((await ask('GET', '/api/moderation/players?name=an', boss)).body).toEqual([{ userId, name: 'Ann' }]);
    expect((await ask('GET', '/api/moderation/hidden', boss)).body.items).toMatchObject([{ userId }]);
    expect((await ask('POST', '/api/moderation/reversals', boss, { userId, reason: 'test' })).body).toEqual({ reversed: 3, points: 15 });
    expect((await ask('GET', `/api/scores/users/p_${'x'.repeat(22)}`)).status).toBe(404);
  });
});
