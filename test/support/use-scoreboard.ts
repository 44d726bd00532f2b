import { freePort, type RoleProcess, startRole } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { TcpProxy } from '../../tools/faults/src/tcp-proxy';
import { type PlayerToken, Scoreboard, type ScoreboardOptions } from '@scoreboard/client';
import { type FreshLedger, freshLedger } from './fresh-ledger';

const JWT_SECRET = 'a secret for the client library, long enough';
let users = 0;

export const newUser = (): string => `player-${++users}`;
export const tokenOf = (userId: string, expiresIn = 600): PlayerToken => ({ userId, token: sign({ sub: userId, scope: 'scores:write' }, JWT_SECRET, { expiresIn }) });
export const forgedTokenOf = (userId: string): PlayerToken => ({ userId, token: sign({ sub: userId, scope: 'scores:write' }, 'the secret of somebody else, long enough', { expiresIn: 600 }) });
export const serviceToken = (scope: string): string => sign({ sub: 'website', scope }, JWT_SECRET, { expiresIn: 600 });

/** A standalone with clients, for the tests of a `describe`. Clients that a test opens are closed after it. */
export interface ScoreboardUnderTest {
  readonly role: RoleProcess;
  readonly url: string;
  open(options?: ScoreboardOptions, url?: string): Scoreboard;
  /** Opens a client for this player. */
  as(userId: string, url?: string): Scoreboard;
  /** A proxy to the standalone that can fail on demand. */
  proxied(): Promise<{ readonly proxy: TcpProxy; readonly url: string }>;
  /** Calls `end` after the test. */
  after(end: () => unknown): void;
  /** Restarts a killed standalone, on the same port and data. */
  restart(): Promise<void>;
  historyOf(player: PlayerToken): Promise<readonly { readonly commandId: string; readonly action?: string }[]>;
}

export function useScoreboard(settings: NodeJS.ProcessEnv = {}): ScoreboardUnderTest {
  let role: RoleProcess;
  let ledger: FreshLedger;
  let all: NodeJS.ProcessEnv;
  const endings: (() => unknown)[] = [];
  const restart = async () => void (role = await startRole('standalone', all));

  beforeAll(async () => {
    ledger = await freshLedger();
    all = { ...ledger.settings, PORT: String(await freePort()), JWT_SECRET, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn', ...settings };
    await restart();
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  afterAll(async () => {
    await role?.kill();
    await ledger?.drop();
  });

  const open = (options?: ScoreboardOptions, url = role.url) => {
    const board = new Scoreboard(url, options);
    endings.push(() => board.close());
    return board;
  };
  return {
    get role() {
      return role;
    },
    get url() {
      return role.url;
    },
    open,
    as: (userId, url) => open({ token: () => tokenOf(userId) }, url),
    proxied: async () => {
      const proxy = await TcpProxy.start(role.url);
      endings.push(() => proxy.stop());
      return { proxy, url: proxy.url };
    },
    after: (end) => void endings.push(end),
    restart,
    historyOf: async ({ userId, token }) => {
      const response = await fetch(`${role.url}/api/scores/users/${encodeURIComponent(userId)}/history`, { headers: { authorization: `Bearer ${token}` } });
      return ((await response.json()) as { readonly items: { readonly commandId: string; readonly action?: string }[] }).items;
    },
  };
}
