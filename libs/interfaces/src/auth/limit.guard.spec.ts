import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FaultLog } from '@scoreboard/application';
import { readSettings } from '@scoreboard/infrastructure/config';
import { RateLimitsModule } from '@scoreboard/infrastructure/rate-limits';
import { TokensModule } from '@scoreboard/infrastructure/tokens';
import { createApp } from '../http';
import { GuestController, GuestOptions } from './guest.controller';
import { LimitsModule } from './limits.module';

@Module({})
class TestApp {}

/** Where guests are made, behind so many proxies. */
async function start(trustProxy: number, reads: number): Promise<NestFastifyApplication> {
  const settings = readSettings('cli', { JWT_SECRET: 's'.repeat(32), RATE_LIMIT_READS: String(reads) });
  const faults = { provide: FaultLog, useValue: { report: () => undefined } };
  const providers = [{ provide: GuestOptions, useValue: { guestPlay: true } }];
  const module: DynamicModule = {
    module: TestApp,
    imports: [{ module: class Faults {}, global: true, providers: [faults], exports: [FaultLog] }, TokensModule.forRoot(settings), RateLimitsModule, LimitsModule.forRoot({ writes: settings.RATE_LIMIT_WRITES, reads: settings.RATE_LIMIT_READS })],
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
    ['without a proxy the header changes nothing', 0, '10.0.0.1', '10.0.0.2', true],
    ['without a proxy nor do many addresses in it', 0, '10.0.0.1, 10.0.0.9', '10.0.0.2, 10.0.0.8', true],
    ['behind one proxy the address that it saw counts', 1, '10.0.0.1', '10.0.0.2', false],
    ['behind one proxy what the client itself sent changes nothing', 1, '1.1.1.1, 10.0.0.1', '2.2.2.2, 10.0.0.1', true],
    ['behind two proxies the address that the outer one saw counts', 2, '10.0.0.1, 172.16.0.1', '10.0.0.2, 172.16.0.1', false],
    ['behind two proxies the outer one itself does not count', 2, '10.0.0.1, 172.16.0.1', '10.0.0.1, 172.16.0.2', true],
    ['behind two proxies what the client itself sent changes nothing', 2, '1.1.1.1, 10.0.0.1, 172.16.0.1', '2.2.2.2, 10.0.0.1, 172.16.0.1', true],
    ['an IPv6 client counts by its /64', 1, '2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff', true],
    ['however it is written', 1, '2001:db8:0:1::1', '2001:0DB8:0000:0001:0:0:0:2', true],
    ['the next /64 is another client', 1, '2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['an IPv4 address in IPv6 is the IPv4 address', 1, '203.0.113.9', '::ffff:203.0.113.9', true],
    ['in hexadecimal too', 1, '203.0.113.9', '::ffff:cb00:7109', true],
    ['a port does not count', 1, '1.2.3.4:5678', '1.2.3.4:5679', true],
    ['nor the port of an IPv6 address in brackets', 1, '[2001:db8:0:1::1]:443', '2001:db8:0:1::2', true],
    ['nor a zone', 1, 'fe80::1%eth0', 'fe80::1%eth1', true],
    ['what is no address is the proxy itself', 1, 'unknown', '_hidden', true],
    ['however long it is', 1, 'a'.repeat(15_000), 'b'.repeat(15_000), true],
    ['or the nearer proxy, where that is believed as well', 2, 'unknown, 10.0.0.1', 'garbage, 10.0.0.2', false],
    ['and is not one /64 with all others', 1, '::ffff:203.0.113.9', '::ffff:203.0.113.10', false],
  ])('%s', async (_what, trustProxy, first, second, isOne) => {
    app = await start(trustProxy, 1);
    expect(await statuses(first, second)).toEqual([201, isOne ? 429 : 201]);
  });

  it('is 30 a minute for guests, and a refusal tells which limit and for how long', async () => {
    app = await start(0, 1_200);
    const answers = await Promise.all(Array.from({ length: 35 }, () => ask()));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    expect(refused[0]!.headers.get('ratelimit-policy')).toBe('"guests";q=30;w=60');
    expect(refused[0]!.headers.get('ratelimit')).toMatch(/^"guests";r=0;t=\d+$/);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused[0]!.json()).toMatchObject({ type: 'urn:scoreboard:problem:rate-limited', status: 429 });
  });

  it('is none where RATE_LIMIT_READS is 0', async () => {
    app = await start(0, 0);
    const answers = await Promise.all(Array.from({ length: 35 }, () => ask()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });
});
