import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, GuardedProcess, projectRoot, temporaryFolder } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { describeWith, eventually, shareServers } from './support';

const run = promisify(execFile);
const ROOT = projectRoot();
const JWT_SECRET = 'a secret of the package test, long enough';
const npm = (...args: string[]): [string, string[]] => (process.env.npm_execpath ? [process.execPath, [process.env.npm_execpath, ...args]] : ['npm', args]);
const CONFIG = { module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: true, experimentalDecorators: true, emitDecoratorMetadata: true, rootDir: 'src', outDir: 'dist', types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] };

describe('the packages in a fresh Nest application, which npm downloads Nest for', () => {
  let folder: string;
  let running: GuardedProcess | undefined;

  beforeAll(async () => {
    folder = temporaryFolder('own-app');
    const { stdout } = await run(process.execPath, [join(ROOT, 'scripts/build-libs.mjs'), folder], { cwd: folder });
    const tarballs = stdout.trim().split('\n').map((name) => `./${name}`);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const { devDependencies, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
    const others = [`@nestjs/platform-express@${devDependencies!['@nestjs/platform-express']}`, `reflect-metadata@${dependencies!['reflect-metadata']}`, 'socket.io-client'];
    await run(...npm('install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs, ...others), { cwd: folder });
    cpSync(join(ROOT, 'examples/own-app'), join(folder, 'src'), { recursive: true });
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: CONFIG, include: ['src'] }));
    const compiled = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], { cwd: folder }).catch((error: { stdout: string }) => error);
    expect(compiled.stdout).toBe('');
  }, 900_000);
  afterEach(() => running?.kill());

  /** Starts `examples/own-app/main.ts` as it is written, sends an update, reads the board of the application, and stops. */
  async function play(settings: Record<string, string>): Promise<void> {
    const port = await freePort();
    running = new GuardedProcess(process.execPath, ['dist/main.js'], { cwd: folder, env: { PATH: process.env.PATH, JWT_SECRET, PORT: `${port}`, ...settings }, stdio: 'inherit' });
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200));
    const authorization = `Bearer ${sign({ sub: 'ann', scope: 'scores:write' }, JWT_SECRET, { expiresIn: '1h' })}`;
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': 'round-1', 'prefer': 'wait=10' };
    const answer = await fetch(`${url}/api/scores/update`, { method: 'POST', headers, body: '{"userId":"ann","scoreIncrement":500}' });
    expect(await answer.json()).toMatchObject({ status: 'applied', score: 100, rank: 1 });
    expect(await fetch(`${url}/champions`).then((found) => found.json())).toEqual(['1. ann (100)']);
    await running.stop('SIGTERM', 15_000);
  }

  it('compile, have one copy of Nest, load as ES modules too, and run with everything embedded', async () => {
    const copies = readdirSync(join(folder, 'node_modules'), { recursive: true }).filter((name) => String(name).endsWith('@nestjs/core/package.json'));
    expect(copies).toHaveLength(1);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', `
      import { ScoreboardModule, RedisLeaderboard } from '@scoreboard/nest';
      import { scoreQueueContract } from '@scoreboard/nest/testing';
      import { Scoreboard } from '@scoreboard/client';
      import { useBoard } from '@scoreboard/react';
      console.log([ScoreboardModule, RedisLeaderboard, scoreQueueContract, Scoreboard, useBoard].map((one) => one.name).join(' '));`], { cwd: folder });
    expect(stdout).toBe('ScoreboardModule RedisLeaderboard scoreQueueContract Scoreboard useBoard\n');
    await play({ DATA_DIR: join(folder, 'data') });
  });

  describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'on real servers', () => {
    it('run on PostgreSQL, Redis and RabbitMQ', async () => {
      const servers = await shareServers('own-app');
      const { postgres, redis, rabbitmq } = servers.urls;
      await play({ DATABASE_URL: postgres!, REDIS_URL: redis!, RABBITMQ_URL: rabbitmq!, DATA_DIR: join(folder, 'unused') });
      await servers.stop();
    });
  });
});
