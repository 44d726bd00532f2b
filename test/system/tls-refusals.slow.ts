import { Authority, freePort, type StartFailed, type RoleName, startRole, startServers, type Servers, type TlsFiles } from '@scoreboard/harness';
import { describeWith, eventually } from '../support';
import { type Deceiver, startDeceiver } from './deceiver';
import { scoreboard } from './operator-command';
import { JWT_SECRET } from './system';

const NAMES = ['DATABASE_URL', 'REDIS_URL', 'RABBITMQ_URL'] as const;
type Name = (typeof NAMES)[number];
type Way = 'other host' | 'expired' | 'unknown authority' | 'plain server' | 'plain URL';

/** The error for each kind of untrusted server. */
const SAYS: Record<Exclude<Way, 'plain URL'>, RegExp> = {
  'other host': /Hostname\/IP does not match certificate's altnames/,
  expired: /certificate has expired/,
  'unknown authority': /unable to (get local issuer|verify the first) certificate|self-signed certificate/,
  'plain server': /the server does not offer TLS|does not support SSL|wrong version number|Connection timeout/,
};

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL', 'TEST_OPENSSL'], 'a server that cannot be trusted', () => {
  let authority: Authority;
  let servers: Servers;
  const cleanUp: (() => unknown)[] = [];
  let deceivers: Record<'expired' | 'unknown authority', Record<Name, Deceiver>>;

  beforeAll(async () => {
    authority = new Authority();
    servers = await startServers(undefined, {}, authority.issue({ hosts: ['127.0.0.1'] }));
    deceivers = {
      expired: await startDeceivers(authority.issue({ hosts: ['127.0.0.1'], days: [-3, -1] })),
      'unknown authority': await startDeceivers(new Authority().issue({ hosts: ['127.0.0.1'] })),
    };
  });
  afterAll(async () => {
    cleanUp.push(...allDeceivers().map((deceiver) => deceiver.close), () => servers?.stop());
    await Promise.all(cleanUp.map((end) => end()));
  });

  // Three columns: what is wrong with the server of each URL.
  it.each<[RoleName, ...Exclude<Way, 'plain URL'>[]]>([
    ['api', 'other host', 'expired', 'unknown authority'],
    ['worker', 'expired', 'unknown authority', 'plain server'],
    ['standalone', 'unknown authority', 'plain server', 'other host'],
    ['api', 'plain server', 'other host', 'expired'],
  ])('stops the start of the %s with one line per server: PostgreSQL %s, Redis %s, RabbitMQ %s', async (role, ...ways) => {
    const { exitCode, output } = await refusedStart(role, Object.fromEntries(NAMES.map((name, at) => [name, urlOf(name, ways[at]!)])));
    const lines = output.trimEnd().split('\n');
    expect([exitCode, ...lines.map((line) => line.split(':')[0])]).toEqual([78, ...NAMES]);
    lines.forEach((line, at) => expect(line).toMatch(SAYS[ways[at]!]));
  });

  it('stops the start of the gateway if it is Redis, its only server', async () => {
    const { exitCode, output } = await refusedStart('gateway', Object.fromEntries(NAMES.map((name) => [name, urlOf(name, 'expired')])));
    expect([exitCode, output]).toEqual([78, expect.stringMatching(/^REDIS_URL: TLS with 127\.0\.0\.1:\d+ fails: certificate has expired\n$/)]);
  });

  it('stops the start even if it is only one of several nodes', async () => {
    const RABBITMQ_URL = `${urlOf('RABBITMQ_URL')},${urlOf('RABBITMQ_URL', 'expired')}`;
    const { exitCode, output } = await refusedStart('worker', { DATABASE_URL: urlOf('DATABASE_URL'), REDIS_URL: urlOf('REDIS_URL'), RABBITMQ_URL });
    expect([exitCode, output]).toEqual([78, expect.stringMatching(/^RABBITMQ_URL: TLS with 127\.0\.0\.1:\d+ fails: certificate has expired\n$/)]);
  });

  it.each(Object.keys(SAYS) as (keyof typeof SAYS)[])('is refused by each client on the first attempt, without receiving data: %s', async (way) => {
    allDeceivers().forEach(({ came }) => came.splice(0));
    for (const { exitCode, output } of await runCommands(way)) expect([exitCode, output]).toEqual([69, expect.stringMatching(SAYS[way])]);
    expect(allDeceivers().flatMap(({ told }) => told)).toEqual([]);
    expect(Math.max(...allDeceivers().map(({ came }) => came.length))).toBeLessThanOrEqual(1);
  });

  it('is retried at a bounded rate, without receiving data, if it was down at the start', async () => {
    const ports = await Promise.all(NAMES.map(freePort));
    const urls = NAMES.map((name, at) => [name, urlOf(name).replace(/127.0.0.1:\d+/, `127.0.0.1:${ports[at]}`)] as const);
    const api = await startRole('api', environment(Object.fromEntries(urls)));
    cleanUp.push(() => api.stop());
    const late = await startDeceivers(authority.issue({ hosts: ['127.0.0.1'], days: [-3, -1] }), ports);
    cleanUp.push(...Object.values(late).map((deceiver) => deceiver.close));
    for (const name of NAMES) await eventually(() => expect(late[name].came.length).toBeGreaterThanOrEqual(6));
    for (const { came, told } of Object.values(late)) {
      // One client each for the queue and the database, two for Redis; some reads also try the database.
      expect(came[5]! - came[0]!).toBeGreaterThan(250);
      expect(told).toEqual([]);
    }
  });

  it('gets no plain connection if it requires TLS but the URL does not say so', async () => {
    for (const { exitCode, output } of await runCommands('plain URL')) expect([exitCode, output.trim()]).toEqual([69, expect.stringMatching(/cannot be used: ./)]);
    const api = await startRole('api', environment(Object.fromEntries(NAMES.map((name) => [name, urlOf(name, 'plain URL')]))));
    cleanUp.push(() => api.stop());
    expect(await (await fetch(`${api.url}/health/ready`)).json()).toEqual({ status: 'degraded', degraded: ['postgresql', 'rabbitmq', 'redis'] });
  });

  const allDeceivers = () => Object.values(deceivers ?? {}).flatMap((each) => Object.values(each));
  const environment = (urls: NodeJS.ProcessEnv) => ({ ...urls, JWT_SECRET, NODE_EXTRA_CA_CERTS: authority.ca, LOG_LEVEL: 'warn' });

  /** The URL of a server with this fault. */
  function urlOf(name: Name, way?: Way): string {
    const at = { DATABASE_URL: 'postgres', REDIS_URL: 'redis', RABBITMQ_URL: 'rabbitmq' } as const;
    const right = servers.urls[at[name]]!;
    if (!way) return right;
    if (way === 'other host') return right.replace('127.0.0.1', 'localhost');
    if (way === 'plain URL') return right.replace(/^(redis|amqp)s:/, '$1:').replace(/\?.*/, '');
    if (way === 'plain server') return `${process.env[`TEST_${name}`]!.replace(/^(redis|amqp):/, '$1s:')}${name === 'DATABASE_URL' ? '?sslmode=verify-full' : ''}`;
    return right.replace(/127.0.0.1:\d+/, `127.0.0.1:${deceivers[way][name].port}`);
  }

  /** The role must refuse within two seconds once it runs, plus the start time of Node on a busy machine. */
  async function refusedStart(role: RoleName, urls: NodeJS.ProcessEnv): Promise<StartFailed> {
    return startRole(role, environment(urls), { readyWithinMs: 15_000 }).then(
      () => Promise.reject(new Error(`the ${role} started`)),
      (error: StartFailed) => error,
    );
  }

  /** Runs the three commands that each connect with their own client. */
  function runCommands(way: Way) {
    return Promise.all([
      runCommand('migrate', { DATABASE_URL: urlOf('DATABASE_URL', way) }),
      runCommand('rebuild-leaderboard', { DATABASE_URL: urlOf('DATABASE_URL'), REDIS_URL: urlOf('REDIS_URL', way) }),
      runCommand('dead-letters', { RABBITMQ_URL: urlOf('RABBITMQ_URL', way) }, 'list'),
    ]);
  }

  async function runCommand(name: string, urls: NodeJS.ProcessEnv, ...args: string[]) {
    const { exitCode, stdout, stderr } = await scoreboard(environment(urls), name, ...args);
    return { exitCode, output: stdout + stderr };
  }
});

async function startDeceivers(files: TlsFiles, ports: readonly number[] = []): Promise<Record<Name, Deceiver>> {
  const [DATABASE_URL, REDIS_URL, RABBITMQ_URL] = await Promise.all([0, 1, 2].map((at) => startDeceiver(at === 0, files, ports[at])));
  return { DATABASE_URL: DATABASE_URL!, REDIS_URL: REDIS_URL!, RABBITMQ_URL: RABBITMQ_URL! };
}
