import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { BoardCache, Boards, ErrorReporter, IdentifySubscriber, Leaderboards, MAX_TOKEN_BYTES, type Profile, ShowUsers, TokenVerifier, TOLERANCE_SECONDS } from '@scoreboard/application';
import { type Identity, Leaderboard, Refusal, ScoreboardEvents } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryLeaderboard, MemoryLeaderboards, MemoryPublishedBoards, MemoryShownProfiles } from '@scoreboard/infrastructure/in-process';
import { ScoreboardSocketAdapter, type ScoreboardSocketOptions } from './transport/scoreboard-socket.adapter';
import { Subscriptions } from './channels/subscriptions';
import { GatewayOptions } from './channels/gateway-options';
import { GatewayModule } from './gateway.module';

export interface Received {
  readonly event: string;
  readonly data: any;
  readonly at: number;
}

/** A client of either transport. A close by the server is received as `closing` with `{code, reason}`. */
export interface TestClient {
  readonly received: Received[];
  /** Resolves with the answer. */
  ask(event: string, data: unknown): Promise<unknown>;
  /** Sends a token; resolves with whether it was accepted. */
  authenticate(token: unknown): Promise<boolean>;
  ping(): Promise<unknown>;
  /** Sends without waiting for an answer. */
  tell(event: string, data: unknown): void;
  /** Sends a raw frame. */
  raw(frame: string | Buffer): void;
  /** Stops reading; `resume` continues. */
  pause(): void;
  resume(): void;
  isConnected(): boolean;
  close(): void;
}

export interface ConnectOptions {
  readonly token?: string;
  readonly revision?: number;
  readonly authorization?: string;
  readonly origin?: string;
  readonly host?: string;
  readonly forwardedFor?: string;
}

/** Rejects if the server refuses, with its `status` if known, and with `isForNow`: whether a stock client would retry by itself. */
export type Connect = (url: string, options?: ConnectOptions) => Promise<TestClient>;

/** Waits for a condition; fails after a minute. */
export async function until(condition: () => unknown): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`condition not met within a minute: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Remaining lifetime of ann's token `brief`. */
export const BRIEF_MS = 300;

/** The headers of a client's handshake. */
export const headersOf = ({ authorization, origin, host, forwardedFor }: ConnectOptions): Record<string, string> => ({
  ...(authorization && { authorization }),
  ...(host && { host }),
  ...(origin && { origin }),
  ...(forwardedFor && { 'x-forwarded-for': forwardedFor }),
});

async function authenticate(token: string): Promise<Identity> {
  if (token === 'fault') throw new Error('the key set cannot be reached');
  if (token === 'service') return { issuer: '', subject: 'game', missingUserClaim: 'email', scopes: new Set(), expiresAt: Date.now() / 1_000 + 60 };
  if (token === 'unknown') throw new Refusal('keys-unavailable');
  if (token === 'expired') throw new Refusal('unauthenticated', { isExpired: true });
  const isBrief = token === 'brief';
  const userId = isBrief ? 'ann' : /^token-of-(\w+)(?:\.x*)?$/.exec(token)?.[1];
  if (!userId || token.length > MAX_TOKEN_BYTES) throw new Refusal('unauthenticated', { detail: `invalid token of ${token.length} characters` });
  return { issuer: '', subject: userId, userId, scopes: new Set(), expiresAt: Date.now() / 1_000 + (isBrief ? BRIEF_MS / 1_000 - TOLERANCE_SECONDS : 60) };
}

export type TestGateway = Awaited<ReturnType<typeof startGateway>>;

export type TestSource = Awaited<ReturnType<typeof startSource>>;

/** The data of the gateways: a leaderboard, profiles and a feed in memory. If it `isRebuilding`, it has a board but no ranking yet. */
export async function startSource({ isRebuilding = false } = {}) {
  const leaderboard = new MemoryLeaderboard();
  const feed = new EmbeddedBoardFeed();
  const profiles = new MemoryShownProfiles();
  let seq = 1_000;
  const rebuild = (await leaderboard.beginRebuild('ledger'))!;
  await (isRebuilding ? rebuild.show([], seq) : rebuild.finish(seq));
  const published = new MemoryPublishedBoards();
  return {
    leaderboard,
    feed,
    leaderboards: new MemoryLeaderboards(leaderboard, feed),
    published,
    profiles,
    /** Stores a profile like an api, and tells the gateways, unless the hint is lost. */
    async name(userId: string, profile: Profile | undefined, isHinted = true): Promise<void> {
      const { mark, version } = await profiles.position();
      await profiles.put([{ userId, profile }], mark, version + 1);
      if (isHinted) await feed.publish({ userIds: [userId], profiles: version + 1 });
    },
    /** Ends the rebuild of a source that `isRebuilding`. */
    async finish(): Promise<void> {
      await feed.publish({ board: await rebuild.finish(1_000), userIds: [] });
    },
    /** Stores standings like a worker, and publishes the changes. */
    async put(scores: Record<string, number>): Promise<void> {
      const from = seq;
      const standings = Object.entries(scores).map(([userId, score]) => ({ userId, score, reachedAt: ++seq, version: seq, hidden: false }));
      const board = await leaderboard.put(standings, { from, to: seq });
      await feed.publish({ board, userIds: Object.keys(scores) });
    },
  };
}

export interface TestGatewayOptions extends Partial<Pick<ScoreboardSocketOptions, 'maxBufferedBytes' | 'pingIntervalMs' | 'pollLookMs' | 'maxConnections' | 'maxPerAddress' | 'trustProxy'>> {
  readonly pushIntervalMs?: number;
  /** The clock that decides which periods have begun. */
  readonly now?: () => number;
  /** Default: its own. */
  readonly source?: TestSource;
}

/** Lets the clients of a gateway wait for a fresh board for as long as a slow test takes. Returns a spy that is called when one begins to wait. */
export function letWait({ boardCache }: TestGateway) {
  const becomesFresh = boardCache.becomesFresh.bind(boardCache);
  return jest.spyOn(boardCache, 'becomesFresh').mockImplementation(() => becomesFresh(60_000));
}

/** A gateway on a free port. */
export async function startGateway({ pushIntervalMs = 20, source, now, ...limits }: TestGatewayOptions = {}) {
  const { leaderboard, leaderboards, published, feed, profiles, put, name } = source ?? (await startSource());
  const events = new ScoreboardEvents();
  const faults: unknown[] = [];
  const errors = { report: (...fault: unknown[]) => void faults.push(fault) };
  const users = new ShowUsers(profiles, errors);
  const boardCache = new BoardCache(leaderboard, feed, events, users);
  let dropped = 0;
  events.on('client.dropped', () => dropped++);
  let isAdmitting = true;
  const board = {
    isFresh: () => isAdmitting && boardCache.isFresh(),
    becomesFresh: (withinMs: number) => (isAdmitting ? boardCache.becomesFresh(withinMs) : Promise.resolve(false)),
  };
  boardCache.start();
  await boardCache.refresh();
  const boards = new Boards(published, { report: (...fault) => void faults.push(fault) }, now);
  await boards.refresh();

  const ports = [
    { provide: BoardCache, useValue: boardCache },
    { provide: Leaderboard, useValue: leaderboard },
    { provide: Leaderboards, useValue: leaderboards },
    { provide: Boards, useValue: boards },
    { provide: TokenVerifier, useValue: { verify: authenticate } },
    { provide: ErrorReporter, useValue: errors },
    { provide: ShowUsers, useValue: users },
    { provide: ScoreboardEvents, useValue: events },
  ];
  @Module({ providers: ports, exports: ports.map(({ provide }) => provide) })
  class Ports {}
  // Not @Global(): a decorated global module would be shared by all gateways of a test run.
  @Module({ imports: [{ module: Ports, global: true }, GatewayModule.forRoot(new GatewayOptions({ pushIntervalMs }))] })
  class TestApp {}

  const app = await NestFactory.create<NestFastifyApplication>(TestApp, new FastifyAdapter(), { logger: ['error', 'warn'] });
  const adapter = new ScoreboardSocketAdapter(app, {
    boardCache: board,
    events,
    subscribers: app.get(IdentifySubscriber),
    corsOrigins: ['https://friend.example', 'https://*.friend.example', 'capacitor://localhost'],
    maxBufferedBytes: 1_000_000,
    maxConnections: 1_000,
    maxPerAddress: 0,
    trustProxy: 0,
    ...limits,
  });
  app.useWebSocketAdapter(adapter);
  await app.listen(0, '127.0.0.1');

  return {
    url: (await app.getUrl()).replace('[::1]', '127.0.0.1'),
    boardCache,
    boards,
    /** The board's freshness as seen by the gateway's admission. */
    board,
    faults,
    adapter,
    subscriptions: app.get(Subscriptions),
    /** Clients disconnected because they read too slowly. */
    dropped: () => dropped,
    /** Simulates a stale board, or a fresh one again. */
    admit: (isOpen: boolean) => (isAdmitting = isOpen),
    put,
    name,
    async stop(): Promise<void> {
      await app.close();
      await boardCache.stop();
    },
  };
}
