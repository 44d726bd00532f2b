import { startGateway, startSource, type TestGateway, type TestSource } from '../../interfaces/src/gateway/test-gateway.contract';
import { eventually } from '../../../test/support';
import { TcpProxy } from '../../../tools/faults/src/tcp-proxy';
import { Scoreboard, type ScoreboardOptions } from './index.ts';

const BOUNDARY = Date.parse('2026-11-29T00:00:00Z');
const DAY_MS = 86_400_000;
const YESTERDAY = { board: 'day', key: 2, id: '2026-11-28', start: BOUNDARY - DAY_MS, end: BOUNDARY };
const TODAY = { board: 'day', key: 3, id: '2026-11-29', start: BOUNDARY, end: BOUNDARY + DAY_MS };
const BOARDS = { boards: [{ definition: { id: 'day', reset: 'daily', timezone: 'UTC', keep: 12 } as const, periods: [TODAY, YESTERDAY] }], expired: [] };

describe('the boards of the client library', () => {
  let source: TestSource;
  let gateway: TestGateway;
  let now: number;
  let seq: number;
  const endings: (() => unknown)[] = [];

  const start = async (boards = BOARDS) => {
    await source.published.publish(boards);
    gateway = await startGateway({ source, now: () => now });
    endings.push(() => gateway.stop());
  };
  const open = (options?: ScoreboardOptions, url = gateway.url) => {
    const board = new Scoreboard(url, options);
    endings.push(() => board.close());
    return board;
  };
  const ann = { userId: 'ann', token: 'token-of-ann' };
  /** Records the newest data of these events. */
  const record = (board: Scoreboard, ...events: ('top@day' | 'me@day' | 'top:1@day' | 'around:me@day')[]) => {
    const told: Record<string, any> = {};
    for (const event of events) board.on(event, (data: unknown) => (told[event] = data));
    return told;
  };
  /** Stores the score of a period like a worker, and publishes the change. */
  const put = async ({ key }: typeof TODAY, userId: string, score: number) => {
    const from = seq++;
    const board = await source.leaderboards.of(key).put([{ userId, score, reachedAt: seq, version: seq, hidden: false }], { from, to: seq });
    await source.leaderboards.feedOf(key).publish({ board, userIds: [userId] });
  };

  beforeEach(async () => {
    [now, seq] = [BOUNDARY - 1, 1_000];
    source = await startSource();
    for (const { key } of [YESTERDAY, TODAY]) await (await source.leaderboards.of(key).beginRebuild('ledger'))!.finish(seq);
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  it('reports a board and the place of the player on it at once and on each change, with the period', async () => {
    await start();
    await put(YESTERDAY, 'bob', 7);
    const told = record(open({ token: () => ann }), 'top@day', 'me@day', 'top:1@day', 'around:me@day');
    const label = { board: 'day', period: '2026-11-28' };
    const bob = { rank: 1, userId: 'bob', score: 7 };
    await eventually(() => {
      expect(told['top@day']).toEqual({ ...label, revision: expect.any(Number), entries: [bob] });
      expect(told['me@day']).toEqual({ ...label, userId: 'ann', score: 0, rank: null });
    });
    await put(YESTERDAY, 'ann', 9);
    const entries = [{ rank: 1, userId: 'ann', score: 9 }, { rank: 2, userId: 'bob', score: 7 }];
    await eventually(() => {
      expect(told['top@day']).toMatchObject({ ...label, entries });
      expect(told['top:1@day']).toMatchObject({ ...label, entries: entries.slice(0, 1) });
      expect(told['around:me@day']).toEqual({ ...label, entries });
      expect(told['me@day']).toEqual({ ...label, userId: 'ann', score: 9, rank: 1 });
    });
  });

  it('reports the next period when it begins', async () => {
    await start();
    await put(YESTERDAY, 'ann', 5);
    const told = record(open({ token: () => ann }), 'top@day', 'me@day');
    await eventually(() => expect(told).toMatchObject({ 'top@day': { entries: [{ score: 5 }] }, 'me@day': { score: 5 } }));
    now = BOUNDARY;
    await eventually(() => expect(told).toMatchObject({ 'top@day': { period: '2026-11-29', entries: [] }, 'me@day': { period: '2026-11-29', score: 0 } }));
    await put(TODAY, 'ann', 1);
    await eventually(() => expect(told).toMatchObject({ 'top@day': { entries: [{ score: 1 }] }, 'me@day': { score: 1, rank: 1 } }));
  });

  it('reports from when a board counts that was added later, until it is filled', async () => {
    const added = { ...YESTERDAY, countsFrom: BOUNDARY - 3_600_000 };
    const withPeriod = (period: typeof YESTERDAY) => ({ ...BOARDS, boards: [{ ...BOARDS.boards[0]!, periods: [TODAY, period] }] });
    await start(withPeriod(added));
    await put(YESTERDAY, 'ann', 5);
    const told = record(open({ token: () => ann }), 'top@day', 'me@day');
    const countsFrom = '2026-11-28T23:00:00.000Z';
    await eventually(() => expect(told).toMatchObject({ 'top@day': { countsFrom, entries: [{ score: 5 }] }, 'me@day': { countsFrom, score: 5 } }));
    await source.published.publish(withPeriod(YESTERDAY));
    await gateway.boards.refresh();
    await eventually(() => expect([told['top@day'], told['me@day']].map((data) => [data.score ?? data.entries[0].score, data.countsFrom])).toEqual([[5, undefined], [5, undefined]]));
  });

  it('continues after a network failure, and in the next period', async () => {
    await start();
    const proxy = await TcpProxy.start(gateway.url);
    endings.push(() => proxy.stop());
    const board = open({ token: () => ann }, proxy.url);
    board.on('error', () => undefined); // the failures that it reports are meant
    const told = record(board, 'top@day', 'me@day');
    await eventually(() => expect(told['top@day']).toMatchObject({ period: '2026-11-28' }));
    proxy.refuse();
    await eventually(() => expect(board.state).toBe('reconnecting'));
    now = BOUNDARY;
    await put(TODAY, 'ann', 3);
    await proxy.heal();
    await eventually(() => expect(told).toMatchObject({ 'top@day': { period: '2026-11-29', entries: [{ score: 3 }] }, 'me@day': { score: 3 } }));
  });

  it('reports the place of a player who signs in later, on the same connection', async () => {
    await start();
    await put(YESTERDAY, 'ann', 5);
    const token = jest.fn(() => ann).mockImplementationOnce(() => {
      throw Object.assign(new Error('not signed in yet'), { retryAfterMs: 500 });
    });
    const board = open({ token });
    const states: string[] = [];
    board.on('error', () => undefined);
    board.on('state', (state) => states.push(state));
    const told = record(board, 'me@day', 'around:me@day');
    await eventually(() => expect(told).toMatchObject({ 'me@day': { score: 5, rank: 1 }, 'around:me@day': { entries: [{ userId: 'ann' }] } }));
    expect(states).toEqual(['reconnecting', 'live']);
  });

  it('reports an error for a board that does not exist, and the board as soon as it does', async () => {
    await start({ boards: [], expired: [] });
    const board = open();
    const errors: string[] = [];
    board.on('error', ({ message }) => errors.push(message));
    const told = record(board, 'top@day');
    await eventually(() => expect(errors).toContain('The server refused the channel scores:top@day: unknown-channel'));
    await source.published.publish(BOARDS);
    await gateway.boards.refresh();
    await eventually(() => expect(told['top@day']).toMatchObject({ period: '2026-11-28' }));
  });

  it.each(['top@', 'top@Week', 'state@week', 'top:0@week', 'top@week@week'])('refuses to listen to %s', async (event) => {
    expect(() => new Scoreboard().on(event as 'top', () => undefined)).toThrow(RangeError);
  });
});
