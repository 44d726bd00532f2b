import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@scoreboard/harness';
import { WebSocket } from 'ws';
import { eventually } from '../../support';
import { JWT_SECRET } from '../system';
import type { Seen, TokenPlan } from './crowd';
import type { Gateway } from './served-system';
import { originOf, type Scene, type Situation } from './situation';

const isReady = ({ host }: Gateway, is: boolean) =>
  eventually(async () => expect((await fetch(`http://${host}/health/ready`)).status).toBe(is ? 200 : 503));
const isAnswered = (socket: WebSocket) => Promise.race([once(socket, 'open'), once(socket, 'unexpected-response')]);

/** Half of the outage, then further clients, then the other half. */
async function last(seconds: number, { joinMore }: Scene): Promise<void> {
  await delay(seconds * 500);
  await joinMore();
  await delay(seconds * 500);
}

const paused = (seconds: number): Situation => ({
  name: `a gateway that stands still for ${seconds} s`,
  happen: async (scene) => {
    const [gateway] = scene.gateways;
    gateway!.signal('SIGSTOP');
    await last(seconds, scene);
    gateway!.signal('SIGCONT');
  },
});

const withoutRedis = (seconds: number): Situation => ({
  name: `a gateway that loses Redis for ${seconds} s`,
  happen: async (scene) => {
    const [gateway] = scene.gateways;
    gateway!.toRedis.refuse();
    await last(seconds, scene);
    await gateway!.toRedis.heal();
  },
});

const shared = (seconds: number): TokenPlan => ({ key: JWT_SECRET, algorithm: 'HS256', seconds });
/** A documented Socket.IO client sends new tokens, so it must still have its user. All others must at least have been notified. */
const hasItsUser = ({ kind, name, me, unauthenticated }: Seen): string | undefined => {
  if (kind === 'socket.io as documented') return me === name ? undefined : 'is not its user';
  return kind !== 'websocket as documented' && !unauthenticated ? 'was never told that its token has expired' : undefined;
};

/** The tolerance of five seconds is added to a token's lifetime. */
const EXPIRED_AFTER_S = 8;

/** The longest first. */
export const SITUATIONS: readonly Situation[] = [
  paused(60),
  {
    name: 'a network path that drops packets for 60 s',
    happen: async (scene) => {
      const paths = [scene.gateways[0]!.front, scene.balancer.front];
      paths.forEach((path) => path.silence('up', 'down'));
      await last(60, scene);
      await Promise.all(paths.map((path) => path.heal()));
    },
  },
  {
    name: 'a laptop that sleeps for 60 s',
    happen: async ({ crowd, joinMore }) => {
      await joinMore();
      crowd.signal('SIGSTOP');
      await delay(60_000);
      crowd.signal('SIGCONT');
    },
  },
  withoutRedis(30),
  withoutRedis(4),
  paused(10),
  {
    name: 'a gateway that is killed and restarted',
    happen: async ({ gateways: [gateway], joinMore }) => {
      await gateway!.kill();
      await joinMore();
      await gateway!.start();
    },
  },
  {
    name: 'a rolling restart of two gateways',
    gateways: 2,
    happen: async ({ gateways: [one, other], joinMore }) => {
      await Promise.all([one!.restart(), joinMore()]);
      await other!.restart();
    },
  },
  {
    name: 'a gateway without a board next to one with a board',
    gateways: 2,
    happen: async ({ system, gateways, balancer, joinMore, until }) => {
      for (const gateway of gateways) {
        gateway.toRedis.refuse();
        await isReady(gateway, false);
        const joining = (await joinMore(11)).filter(({ origin }) => origin === originOf(balancer)).map(({ name }) => name);
        const score = await system.raise();
        // The load balancer routes some of them to this gateway, polling clients with every request.
        await until((seen) => !joining.includes(seen.name) || seen.score >= score);
        await gateway.toRedis.heal();
        await isReady(gateway, true);
      }
    },
  },
  {
    name: 'a full gateway that has free places again',
    settings: { MAX_CONNECTIONS: '90' },
    happen: async ({ gateways: [gateway], joinMore }) => {
      const others = Array.from({ length: 60 }, () => new WebSocket(`ws://${gateway!.host}/ws/scores`).on('error', () => undefined));
      await Promise.all(others.map(isAnswered));
      await joinMore();
      await delay(5_000); // new clients are refused during this time
      others.forEach((socket) => socket.terminate());
    },
  },
  {
    name: 'clients that mount, unmount and mount again',
    isMountedTwice: true,
    happen: async ({ joinMore }) => void (await joinMore()),
  },
  {
    name: 'tokens that expire while connected',
    token: shared(EXPIRED_AFTER_S - 5),
    happen: async ({ joinMore, until }) => {
      await joinMore();
      await until(({ kind, unauthenticated }) => kind === 'websocket as documented' || unauthenticated > 0);
    },
    blame: hasItsUser,
  },
  {
    name: 'tokens that expire while disconnected',
    token: shared(EXPIRED_AFTER_S - 5),
    happen: async ({ gateways: [gateway], joinMore }) => {
      await gateway!.kill();
      await joinMore();
      await delay(EXPIRED_AFTER_S * 1_000);
      await gateway!.start();
    },
    blame: hasItsUser,
  },
];

export const LOST_KEYS = 'an outage of the key provider';

/** Restarts one gateway while its key provider is down, with clients that connect with tokens. */
export async function lostKeys(): Promise<{ readonly situation: Situation; readonly provider: Server }> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const provider = createServer((_request, response) => response.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'p1', use: 'sig' }] })));
  const port = await freePort();
  const listen = () => new Promise<void>((resolve) => provider.listen(port, '127.0.0.1', resolve));
  await listen();
  const situation: Situation = {
    name: LOST_KEYS,
    settings: { JWT_SECRET: undefined, JWT_JWKS_URI: `http://127.0.0.1:${port}/keys` },
    token: { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), algorithm: 'ES256', keyid: 'p1', seconds: 600 },
    happen: async ({ gateways: [gateway], joinMore }) => {
      provider.closeAllConnections();
      provider.close();
      await gateway!.kill(); // it loses its cached keys
      await gateway!.start();
      await joinMore();
      await delay(20_000);
      await listen();
    },
    blame: ({ kind, name, me }) => (kind === 'websocket as documented' || me === name ? undefined : 'is not its user'),
  };
  return { situation, provider };
}
