import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { projectRoot, temporaryFolder } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { register } from 'prom-client';
import { AppModule } from '../examples/own-app/app.module';
import { eventually } from './support';

const JWT_SECRET = 'a secret of the examples, long enough';
const run = promisify(execFile);

describe('the examples of an own application and of a backend in Python', () => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    register.clear();
    Object.assign(process.env, { JWT_SECRET, DATA_DIR: temporaryFolder('own-app') });
    app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await app?.close();
    register.clear();
    for (const name of ['JWT_SECRET', 'DATA_DIR']) delete process.env[name];
  });

  const sendScores = (...results: string[]) => {
    const TOKEN = sign({ sub: 'game-server', scope: 'scores:write:any' }, JWT_SECRET, { expiresIn: '1h' });
    return run('python3', [join(projectRoot(), 'examples/python-backend/send_scores.py'), ...results], { env: { ...process.env, SCOREBOARD_URL: url, TOKEN } });
  };

  it('send scores, count a match once that is reported twice, cap a round by the rule, and read the board', async () => {
    await sendScores('match-1', 'alice=10', 'bob=500');
    const { stderr } = await sendScores('match-1', 'alice=10', 'bob=500', 'carol=0');
    expect(stderr).toBe('carol: The request is not valid\n');
    await eventually(async () => expect(await fetch(`${url}/champions`).then((answer) => answer.json())).toEqual(['1. bob (100)', '2. alice (10)']));
    expect((await sendScores('match-1', 'alice=10')).stdout).toBe('1. bob 100\n2. alice 10\n');
  });
});
