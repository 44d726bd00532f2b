import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type CanActivate, Catch, Controller, type ExceptionFilter, type ExecutionContext, ForbiddenException, Get, type INestApplication, Module, type Type, VersioningType } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { temporaryFolder } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { register } from 'prom-client';
import { map } from 'rxjs';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { eventually } from '../../../../test/support';
import type { LedgerEvent } from '@scoreboard/domain';
import { OnLedgerEvent, ProfileResolver } from '@scoreboard/interfaces';
import { isScoreboardRoute, ScoreboardModule } from './scoreboard.module';
import { NoLedgerEventsModule } from './no-ledger-events.module';

const secret = 'a secret of the host, long enough to sign';
const token = (sub: string, scope = 'scores:write') => sign({ sub, scope }, secret, { expiresIn: '1h' });

/** A host's own guard: nobody blocked may pass, on our routes too. */
class NotBlocked implements CanActivate {
  static readonly seen: boolean[] = [];
  canActivate(context: ExecutionContext): boolean {
    NotBlocked.seen.push(isScoreboardRoute(context.getClass()));
    if (context.switchToHttp().getRequest().headers['x-blocked']) throw new ForbiddenException('blocked by the host');
    return true;
  }
}

/** A host's own error. */
class Teapot extends Error {}

@Catch(Teapot)
class TeapotFilter implements ExceptionFilter {
  catch(_error: Teapot, host: { switchToHttp(): { getResponse(): any } }): void {
    host.switchToHttp().getResponse().status(418).send('a teapot');
  }
}

@Controller('own')
class OwnController {
  @Get('tea')
  tea(): never {
    throw new Teapot();
  }
}

/** A host's own names. */
@ProfileResolver()
class OwnNames {
  resolve(userIds: readonly string[]) {
    return Object.fromEntries(userIds.map((userId) => [userId, userId === 'ned' ? { name: 'Ned' } : undefined]));
  }
}

const heard: LedgerEvent[] = [];

/** A host's own consumer. */
class OwnConsumer {
  @OnLedgerEvent({ consumer: 'own', types: ['score.applied'], startFrom: 'beginning' })
  hear(event: LedgerEvent) {
    heard.push(event);
  }
}

const wrapped = { intercept: (context: ExecutionContext, next: { handle(): any }) => next.handle().pipe(map((value) => (context.getClass() === OwnController ? { value } : value))) };

@Module({
  imports: [
    ScoreboardModule.forRootAsync({ useFactory: async () => ({ dataFolder: temporaryFolder('host'), auth: { secret }, maxIncrement: 50 }) }),
  ],
  controllers: [OwnController],
  providers: [OwnNames, OwnConsumer, { provide: APP_GUARD, useClass: NotBlocked }, { provide: APP_FILTER, useClass: TeapotFilter }, { provide: APP_INTERCEPTOR, useValue: wrapped }],
})
class HostModule {}

/** Watches the intervals of this process, through all tests of a suite: spies of jest end before each. */
function watchIntervals() {
  const { setInterval: start, clearInterval: clear } = global;
  const running = new Set<unknown>();
  const started = (interval: NodeJS.Timeout) => (running.add(interval), interval);
  Object.assign(global, {
    setInterval: (...rest: Parameters<typeof start>) => started(start(...rest)),
    clearInterval: (interval: NodeJS.Timeout) => (running.delete(interval), clear(interval)),
  });
  return { left: () => [...running].filter((interval) => (interval as NodeJS.Timeout).hasRef()), end: () => void Object.assign(global, { setInterval: start, clearInterval: clear }) };
}

describe.each([
  ['Fastify', () => new FastifyAdapter()],
  ['Express', () => new ExpressAdapter()],
])("ScoreboardModule in a host's application on %s", (_name, adapter) => {
  let app: INestApplication;
  let url: string;
  let intervals: ReturnType<typeof watchIntervals>;
  beforeAll(async () => {
    register.clear();
    intervals = watchIntervals();
    app = await NestFactory.create(HostModule, adapter() as FastifyAdapter, { logger: false, abortOnError: false });
    app.setGlobalPrefix('games').enableVersioning({ type: VersioningType.URI });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    // Ranks are null until the leaderboard is built for the first time.
    await eventually(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200));
  });
  afterAll(async () => {
    await app?.close();
    register.clear();
    intervals.end();
    // What is left would keep the host's process alive.
    expect(intervals.left()).toEqual([]);
  });

  const send = async (path: string, body: unknown, headers: Record<string, string>) => {
    const answer = await fetch(`${url}/games/api/scores/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
    return { status: answer.status, type: answer.headers.get('content-type'), body: (await answer.json()) as any };
  };
  const as = (userId: string, scope?: string) => ({ authorization: `Bearer ${token(userId, scope)}` });

  it('applies what it accepts: no update ends as a dead letter', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await send('update', { userId: 'ann', scoreIncrement: 7 }, { ...as('ann'), ...key, prefer: 'wait=10' });
    expect(first).toMatchObject({ status: 201, body: { userId: 'ann', status: 'applied', score: 7, rank: 1 } });
    expect((await send('update', { userId: 'ann', scoreIncrement: 7 }, { ...as('ann'), ...key })).body.commandId).toBe(first.body.commandId);
    const batch = await send('updates', { updates: [{ userId: 'bob', scoreIncrement: 9 }] }, { ...as('game', 'scores:write:any'), prefer: 'wait=10' });
    expect(batch).toMatchObject({ status: 200, body: { results: [{ status: 201, body: { status: 'applied', score: 9 } }] } });
    const top = await fetch(`${url}/games/api/scores/top`);
    expect(await top.json()).toEqual([{ userId: 'bob', score: 9 }, { userId: 'ann', score: 7 }]);
    expect((await fetch(`${url}/games/api/scores/top`, { headers: { 'if-none-match': top.headers.get('etag')! } })).status).toBe(304);
    expect((await fetch(`${url}/metrics`).then((answer) => answer.text()))).toMatch(/scoreboard_commands_applied_total 2\n[^]*scoreboard_dead_letters_total\{reason="malformed"\} 0/);
  });

  it("shows the names of the host's resolver, and of players who saved one", async () => {
    await send('update', { userId: 'ned', scoreIncrement: 1 }, as('ned'));
    await send('update', { userId: 'nel', scoreIncrement: 2 }, as('nel'));
    const saved = await fetch(`${url}/games/api/users/nel/profile`, { method: 'PUT', headers: { 'content-type': 'application/json', ...as('nel') }, body: '{"name":"Nel"}' });
    expect(saved.status).toBe(204);
    await eventually(async () => expect(await fetch(`${url}/games/api/scores/top`).then((answer) => answer.json())).toEqual(expect.arrayContaining([{ userId: 'ned', score: 1, name: 'Ned' }, { userId: 'nel', score: 2, name: 'Nel' }])));
  });

  it('calls consumers of ledger events, and serves the events', async () => {
    await send('update', { userId: 'eva', scoreIncrement: 3 }, as('eva'));
    await eventually(async () => expect(heard).toContainEqual(expect.objectContaining({ type: 'score.applied', userId: 'eva' })));
    const events = await fetch(`${url}/games/api/events?limit=100`, { headers: as('backend', 'events:read') });
    expect(await events.json()).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ type: 'score.applied', userId: 'eva' })]) });
  });

  it('answers refusals of our routes as problems, and limits them', async () => {
    expect(await send('update', { userId: 'ann', scoreIncrement: 51 }, as('ann'))).toMatchObject({
      status: 400,
      type: expect.stringMatching(/^application\/problem\+json/),
      body: { type: 'urn:scoreboard:problem:invalid-request', instance: '/games/api/scores/update', errors: [{ path: 'scoreIncrement', message: 'must be at most 50' }] },
    });
    expect(await send('update', { userId: 'ann', scoreIncrement: 1 }, {})).toMatchObject({ status: 401, body: { type: 'urn:scoreboard:problem:unauthenticated' } });
    expect(await send('update', { userId: 'bob', scoreIncrement: 1 }, as('ann'))).toMatchObject({ status: 403 });
    for (const [method, path] of [['PUT', 'users/ann/profile'], ['GET', 'events'], ['GET', 'moderation/hidden']] as const) {
      const answer = await fetch(`${url}/games/api/${path}`, { method });
      expect([path, answer.status, await answer.json()]).toEqual([path, 401, expect.objectContaining({ type: 'urn:scoreboard:problem:unauthenticated' })]);
    }
    const statuses = await Promise.all(Array.from({ length: 140 }, async () => (await send('update', { userId: 'eve', scoreIncrement: 0 }, as('eve'))).status));
    expect(new Set(statuses)).toEqual(new Set([400, 429]));
  });

  it("leaves the host its own errors, and its guard sees our routes but not health and metrics", async () => {
    const tea = await fetch(`${url}/games/own/tea`);
    expect([tea.status, await tea.text()]).toEqual([418, 'a teapot']);
    expect(await send('update', { userId: 'ann', scoreIncrement: 1 }, { ...as('ann'), 'x-blocked': '1' })).toMatchObject({ status: 403, body: { message: 'blocked by the host' } });
    NotBlocked.seen.length = 0;
    const paths = ['/health/live', '/health/ready', '/metrics', '/games/api/scores/top', '/games/own/tea'];
    const statuses = [];
    for (const path of paths) statuses.push((await fetch(url + path)).status);
    expect([statuses, NotBlocked.seen]).toEqual([[200, 200, 200, 200, 418], [true, false]]);
    expect(await fetch(`${url}/health/ready`).then((answer) => answer.json())).toEqual({ status: 'ready' });
  });

  it('pushes boards to Socket.IO and to plain WebSockets, without a WebSocket adapter of the host', async () => {
    const seen: string[] = [];
    const socket = io(`${url}/ws/scores`, { transports: ['websocket'], auth: { token: token('zoe') } });
    socket.on('scores:top', ({ entries }) => seen.push(`io ${JSON.stringify(entries)}`));
    const plain = new WebSocket(`${url.replace('http', 'ws')}/ws/scores`);
    plain.on('message', (frame) => seen.push(`ws ${String(frame)}`));
    await send('update', { userId: 'zoe', scoreIncrement: 3 }, as('zoe'));
    await eventually(() => expect(['io', 'ws'].map((kind) => seen.some((line) => line.startsWith(kind) && line.includes('zoe')))).toEqual([true, true]));
    expect(await socket.emitWithAck('subscribe', 'top:3')).toEqual({ ok: true, channel: 'top:3' });
    socket.close();
    plain.close();
  });
});

describe('ScoreboardModule with something missing', () => {
  const start = async (module: Type | object, adapter: unknown = new FastifyAdapter()) => {
    register.clear();
    const app = await NestFactory.create({ module: class {}, imports: [module as Type] }, adapter as FastifyAdapter, { logger: false, abortOnError: false });
    await app.close();
  };
  const options = { auth: { secret }, dataFolder: temporaryFolder('host') };

  it.each<[string, object, string]>([
    ['no key', ScoreboardModule.forRoot({}), 'ScoreboardModule: auth: nothing verifies tokens.'],
    ['a short secret', ScoreboardModule.forRoot({ auth: { secret: 'short' } }), 'ScoreboardModule: auth.secret: must be at least 32 bytes long'],
    ['an unknown role', ScoreboardModule.forRoot({ ...options, roles: ['apis'] as never }), 'ScoreboardModule: roles: expected some of api, worker, gateway; received ["apis"].'],
    ['an api apart from its worker', ScoreboardModule.forRoot({ ...options, roles: ['api'] }), 'ScoreboardModule: roles: api and worker are apart, but their queue is in this process.'],
    ['Redis without PostgreSQL', ScoreboardModule.forRoot({ ...options, redisUrl: 'redis://127.0.0.1:1' }), 'ScoreboardModule: redisUrl: requires databaseUrl too'],
    ['an option that is misspelled', ScoreboardModule.forRoot({ ...options, boardFile: 'x.json', auth: { secret, issuers: [] } } as never), 'ScoreboardModule: boardFile: is no option.\nScoreboardModule: auth.issuers: is no option.'],
    ['a role that a factory returns', ScoreboardModule.forRootAsync({ useFactory: () => ({ ...options, roles: ['api'] }) }), 'ScoreboardModule: roles: is no option of useFactory: put it beside it.'],
    ['an incomplete queue', ScoreboardModule.forRoot({ ...options, adapters: { queue: { useFactory: () => ({ submit: () => undefined }) as never } } }), 'ScoreboardModule: adapters.queue lacks consume, isUp, stats of the port ScoreQueue.'],
  ])('does not start with %s', async (_what, module, message) => {
    await expect(start(module)).rejects.toThrow(message);
  });

  it("does not start with a consumer of ledger events that nothing would call, because the ledger is the host's own", async () => {
    const app = await NestFactory.create({ module: class {}, imports: [NoLedgerEventsModule], providers: [OwnConsumer] }, new FastifyAdapter(), { logger: false });
    await expect(app.init()).rejects.toThrow('@OnLedgerEvent with the consumer own: adapters.ledger has no ledger events.');
  });

  it('does not start on an HTTP server that it does not know', async () => {
    const other = Object.assign(new ExpressAdapter(), { getType: () => 'hyper' });
    await expect(start(ScoreboardModule.forRoot(options), other)).rejects.toThrow('The HTTP adapter is hyper: expected FastifyAdapter');
  });
});
