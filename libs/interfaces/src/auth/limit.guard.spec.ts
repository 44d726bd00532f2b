import { Controller, type DynamicModule, Get, Module, type Type, UseGuards } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SkipThrottle, Throttle, ThrottlerGuard } from '@nestjs/throttler';
import { ErrorReporter, TokenSigner } from '@scoreboard/application';
import { type Scope, ScoreboardEvents } from '@scoreboard/domain';
import { readSettings } from '@scoreboard/infrastructure/config';
import { RateLimitsModule } from '@scoreboard/infrastructure/rate-limits';
import { TokensModule } from '@scoreboard/infrastructure/tokens';
import { withClockStopped } from '../../../../test/support';
import { createApp } from '../http';
import { GuestController, GuestOptions } from './guest.controller';
import { LimitGuard } from './limit.guard';
import { UserIdsModule } from '../people/user-ids.module';
import { LimitsModule } from './limits.module';
import { TokenGuard } from './token.guard';

@Module({})
class TestApp {}

/** A developer's own routes behind this guard. */
function ownRoutes(guard: Type): Type {
  @Controller('own')
  @UseGuards(guard)
  @Throttle({ default: { limit: 2, ttl: 30_000 } })
  class OwnController {
    @Get('two')
    two() {}

    @Get('three')
    @Throttle({ default: { limit: async () => 3, ttl: () => 10_000 } })
    three() {}

    @Get('any')
    @SkipThrottle()
    any() {}
  }

  @Controller('more')
  @UseGuards(guard)
  class MoreController {
    @Get('plain')
    plain() {}

    @Get('read')
    @Throttle({ reads: {} })
    read() {}

    @Get('read-too')
    @Throttle({ reads: {} })
    readToo() {}

    @Get('read-once')
    @Throttle({ reads: { limit: 1 } })
    readOnce() {}

    @Get('unread')
    @Throttle({ reads: {} })
    @SkipThrottle({ reads: true })
    unread() {}
  }

  class Inherited {
    @Get()
    get() {}
  }

  @Controller('inherited/read')
  @UseGuards(guard)
  @Throttle({ reads: {} })
  class InheritedReadController extends Inherited {}

  @Controller('inherited/any')
  @UseGuards(guard)
  @SkipThrottle()
  class InheritedAnyController extends Inherited {}

  @Controller('write')
  @UseGuards(TokenGuard, guard)
  @Throttle({ writes: {} })
  class WriteController extends Inherited {}

  @Module({ controllers: [OwnController, MoreController, InheritedReadController, InheritedAnyController, WriteController] })
  class Own {}
  return Own;
}

/** An app that creates guests, behind `trustProxy` proxies. */
async function start(trustProxy: number, reads: number, ...more: Type[]): Promise<NestFastifyApplication> {
  const settings = readSettings('cli', { JWT_SECRET: 's'.repeat(32) });
  const errors = { provide: ErrorReporter, useValue: { report: () => undefined } };
  const events = { provide: ScoreboardEvents, useValue: new ScoreboardEvents() };
  const providers = [{ provide: GuestOptions, useValue: { guestPlay: true } }];
  const module: DynamicModule = {
    module: TestApp,
    imports: [
      { module: class Ports {}, global: true, providers: [errors, events], exports: [ErrorReporter, ScoreboardEvents] },
      TokensModule.forRoot(settings),
      RateLimitsModule,
      UserIdsModule.forRoot(settings),
      LimitsModule.forRoot({ writes: 2, reads }),
      ...more,
    ],
    controllers: [GuestController],
    providers,
  };
  const app = await createApp(module, { logger: false, trustProxy, corsOrigins: [] });
  await app.listen(0, '127.0.0.1');
  return app;
}

describe('A limit by address', () => {
  let app: NestFastifyApplication;
  afterEach(() => app.close());

  const ask = async (forwardedFor?: string) =>
    fetch(`${await app.getUrl()}/api/auth/guest`, { method: 'POST', headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor } });
  const statuses = async (...forwardedFor: string[]): Promise<number[]> => {
    const answers: number[] = [];
    for (const value of forwardedFor) answers.push((await ask(value)).status);
    return answers;
  };

  it.each<[what: string, trustProxy: number, first: string, second: string, isOne: boolean]>([
    ['without a proxy, the header is ignored', 0, '10.0.0.1', '10.0.0.2', true],
    ['without a proxy, several addresses in the header are ignored', 0, '10.0.0.1, 10.0.0.9', '10.0.0.2, 10.0.0.8', true],
    ['behind one proxy, the address that it saw counts', 1, '10.0.0.1', '10.0.0.2', false],
    ['behind one proxy, addresses sent by the client are ignored', 1, '1.1.1.1, 10.0.0.1', '2.2.2.2, 10.0.0.1', true],
    ['behind two proxies, the address that the outer one saw counts', 2, '10.0.0.1, 172.16.0.1', '10.0.0.2, 172.16.0.1', false],
    ['behind two proxies, the address of the outer one does not count', 2, '10.0.0.1, 172.16.0.1', '10.0.0.1, 172.16.0.2', true],
    ['behind two proxies, addresses sent by the client are ignored', 2, '1.1.1.1, 10.0.0.1, 172.16.0.1', '2.2.2.2, 10.0.0.1, 172.16.0.1', true],
    ['an IPv6 client counts by its /64', 1, '2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff', true],
    ['an IPv6 address counts the same in every notation', 1, '2001:db8:0:1::1', '2001:0DB8:0000:0001:0:0:0:2', true],
    ['the next /64 is another client', 1, '2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['an IPv4 address in IPv6 is the IPv4 address', 1, '203.0.113.9', '::ffff:203.0.113.9', true],
    ['an IPv4 address in IPv6 counts the same in hexadecimal', 1, '203.0.113.9', '::ffff:cb00:7109', true],
    ['a port does not count', 1, '1.2.3.4:5678', '1.2.3.4:5679', true],
    ['the port of an IPv6 address in brackets does not count', 1, '[2001:db8:0:1::1]:443', '2001:db8:0:1::2', true],
    ['a zone does not count', 1, 'fe80::1%eth0', 'fe80::1%eth1', true],
    ['an entry that is not an address counts as the proxy', 1, 'unknown', '_hidden', true],
    ['a very long entry counts as the proxy', 1, 'a'.repeat(15_000), 'b'.repeat(15_000), true],
    ['an invalid entry counts as the nearer proxy if that is trusted too', 2, 'unknown, 10.0.0.1', 'garbage, 10.0.0.2', false],
    ['two IPv4 addresses in IPv6 are two clients', 1, '::ffff:203.0.113.9', '::ffff:203.0.113.10', false],
  ])('%s', async (_what, trustProxy, first, second, isOne) => {
    app = await start(trustProxy, 1);
    expect(await statuses(first, second)).toEqual([201, isOne ? 429 : 201]);
  });

  it('is 30 per minute for guests, and a refusal names the limit and the waiting time', async () => {
    app = await start(0, 1_200);
    // So that the minute does not slide.
    const answers = await withClockStopped(() => Promise.all(Array.from({ length: 35 }, () => ask())), Date);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    expect(refused[0]!.headers.get('ratelimit-policy')).toBe('"guests";q=30;w=60');
    expect(refused[0]!.headers.get('ratelimit')).toMatch(/^"guests";r=0;t=\d+$/);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused[0]!.json()).toMatchObject({ type: 'urn:scoreboard:problem:rate-limited', status: 429 });
  });

  it('is off if RATE_LIMIT_READS is 0', async () => {
    app = await start(0, 0);
    const answers = await Promise.all(Array.from({ length: 35 }, () => ask()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });
});

describe.each([['LimitGuard', LimitGuard], ['an unchanged ThrottlerGuard', ThrottlerGuard]])('Own routes behind %s', (_name, guard) => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await start(1, 4, ownRoutes(guard));
  });
  afterAll(() => app.close());

  const ask = (url: string, from: string) => app.inject({ url, headers: { 'x-forwarded-for': from } });
  async function statuses(times: number, from: string, ...urls: string[]): Promise<number[]> {
    const answers: number[] = [];
    for (let i = 0; i < times; i++) answers.push((await ask(urls[i % urls.length]!, from)).statusCode);
    return answers;
  }

  it('have the limit and the window of their controller', async () => {
    expect(await statuses(3, '10.0.0.1', '/own/two')).toEqual([200, 200, 429]);
    const refused = await ask('/own/two', '10.0.0.1');
    const { headers } = refused;
    expect(headers).toMatchObject({ 'ratelimit-policy': '"default";q=2;w=30', ratelimit: expect.stringMatching(/^"default";r=0;t=\d+$/) });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(refused.json()).toMatchObject({ type: 'urn:scoreboard:problem:rate-limited', status: 429, detail: 'Limit: 2 requests per 30 s.' });
  });

  it('may have a limit that is a function, which is counted separately', async () => {
    await statuses(3, '10.0.0.2', '/own/two');
    expect(await statuses(4, '10.0.0.2', '/own/three')).toEqual([200, 200, 200, 429]);
  });

  it('are not limited if they skip the limit', async () => {
    expect(new Set(await statuses(10, '10.0.0.3', '/own/any'))).toEqual(new Set([200]));
  });

  it('have RATE_LIMIT_READS by default, separately for each client', async () => {
    expect(await statuses(5, '10.0.0.4', '/more/plain')).toEqual([200, 200, 200, 200, 429]);
    expect(await statuses(1, '10.0.0.5', '/more/plain')).toEqual([200]);
  });

  it('are counted together if they name the same limit', async () => {
    expect(await statuses(5, '10.0.0.6', '/more/read', '/more/read-too')).toEqual([200, 200, 200, 200, 429]);
    expect((await ask('/more/read', '10.0.0.6')).headers['ratelimit-policy']).toBe('"reads";q=4;w=60');
    expect(await statuses(1, '10.0.0.6', '/more/unread')).toEqual([200]);
  });

  it('may share one handler in two controllers', async () => {
    expect(await statuses(5, '10.0.0.9', '/inherited/read')).toEqual([200, 200, 200, 200, 429]);
    expect(new Set(await statuses(5, '10.0.0.9', '/inherited/any'))).toEqual(new Set([200]));
    expect(await statuses(1, '10.0.0.9', '/inherited/read')).toEqual([429]);
  });

  it('are limited by the subject of the token for writes, and not limited for a trusted service', async () => {
    const write = async (times: number, subject: string, scope: Scope): Promise<number[]> => {
      const authorization = `Bearer ${await app.get(TokenSigner, { strict: false }).sign(subject, [scope], 60)}`;
      const answers: number[] = [];
      for (let i = 0; i < times; i++) answers.push((await app.inject({ url: '/write', headers: { authorization } })).statusCode);
      return answers;
    };
    expect(await write(3, 'ann', 'scores:write')).toEqual([200, 200, 429]);
    expect(await write(1, 'bob', 'scores:write')).toEqual([200]);
    expect(new Set(await write(10, 'service', 'scores:write:any'))).toEqual(new Set([200]));
  });

  it('may change the limit that they name', async () => {
    expect(await statuses(2, '10.0.0.7', '/more/read-once')).toEqual([200, 429]);
  });

  it('send no headers of a limit if the request is allowed', async () => {
    const { headers } = await ask('/more/plain', '10.0.0.8');
    expect(Object.keys(headers).filter((name) => /limit|retry/.test(name))).toEqual([]);
  });
});
