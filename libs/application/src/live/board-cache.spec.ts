import { type Board, ScoreboardEvents, type Standing } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryLeaderboard, MemoryShownProfiles } from '@scoreboard/infrastructure/in-process';
import { BoardCache } from './board-cache';
import { ShowUsers } from './show-users';

const standing = (userId: string, score: number, version: number): Standing => ({ userId, score, reachedAt: version, version, hidden: false });
/** As long as hints wait for a read. */
const settle = () => jest.advanceTimersByTimeAsync(20);

describe('BoardCache', () => {
  let leaderboard: MemoryLeaderboard;
  let feed: EmbeddedBoardFeed;
  let boardCache: BoardCache;
  let events: ScoreboardEvents;
  let boards: Board[];

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    events = new ScoreboardEvents();
    leaderboard = new MemoryLeaderboard();
    feed = new EmbeddedBoardFeed();
    boardCache = new BoardCache(leaderboard, feed, events);
    boards = [];
    boardCache.onBoard((board) => boards.push(board));
  });
  afterEach(async () => {
    await boardCache.stop();
    jest.useRealTimers();
  });

  const makeReady = async () => (await leaderboard.beginRebuild('ledger'))!.finish(100);
  const put = (userId: string, score: number, version: number) =>
    leaderboard.put([standing(userId, score, version)], { from: version - 1, to: version });

  it('has the board right after the start', async () => {
    await makeReady();
    expect(boardCache.current()).toBeUndefined();
    expect(boardCache.isFresh()).toBe(false);
    boardCache.start();
    await settle();
    expect(boardCache.current()).toEqual({ revision: 100, entries: [] });
    expect(boardCache.isFresh()).toBe(true);
  });

  it('starts while the leaderboard cannot be read, and has the board once it can', async () => {
    boardCache.start();
    await settle();
    expect(boardCache.current()).toBeUndefined();
    expect(boardCache.failedReads).toBe(1);

    await makeReady();
    await jest.advanceTimersByTimeAsync(500);
    expect(boardCache.isFresh()).toBe(true);
    expect(boards).toHaveLength(1);
  });

  it('notifies once when the board becomes stale and once when it is fresh again', async () => {
    await makeReady();
    const told: boolean[] = [];
    const end = boardCache.onFreshness((isFresh) => told.push(isFresh));
    boardCache.start();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([true]);
    const away = jest.spyOn(leaderboard, 'board').mockImplementation(() => new Promise(() => undefined));
    await jest.advanceTimersByTimeAsync(2_000);
    expect(told).toEqual([true]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual([true, false]);
    away.mockRestore();
    end();
  });

  it('reads an announced board immediately, and notifies whose score changed', async () => {
    await makeReady();
    const users: (readonly string[])[] = [];
    boardCache.onScores((userIds) => users.push(userIds));
    boardCache.start();
    await settle();
    const board = await put('ann', 5, 101);
    await feed.publish({ board, userIds: ['ann'] });
    await settle();
    expect(boardCache.current()).toEqual(board);
    expect(users).toEqual([['ann']]);
  });

  it('never shows a board that the leaderboard does not confirm, and does not delay the next change', async () => {
    await makeReady();
    boardCache.start();
    await settle();
    const wild = { revision: Number.MAX_SAFE_INTEGER, entries: [{ rank: 1, userId: 'mallory', score: 1 }] };
    for (let i = 0; i < 100; i++) await feed.publish({ board: wild, userIds: [] });
    await settle();
    await settle();
    expect(boards.map(({ revision }) => revision)).toEqual([100]);
    const board = await put('ann', 5, 101);
    await feed.publish({ board, userIds: ['ann'] });
    await settle();
    expect(boardCache.current()).toEqual(board);
  });

  it('emits the age of an announced board only after the leaderboard has confirmed it', async () => {
    await makeReady();
    boardCache.start();
    await settle();
    const delays: number[] = [];
    events.on('board.received', ({ seconds }) => void delays.push(seconds));
    await feed.publish({ board: { revision: 10_000, entries: [] }, userIds: [], at: Date.now() });
    await settle();
    const board = await put('ann', 5, 101);
    await feed.publish({ board, userIds: ['ann'], at: Date.now() - 250 });
    await settle();
    expect(delays).toEqual([0.25]);
  });

  it('reads once for all hints within 20 ms, the first one at once', async () => {
    await makeReady();
    boardCache.start();
    await settle();
    const reads = jest.spyOn(leaderboard, 'board');
    for (let points = 1; points <= 50; points++) {
      await feed.publish({ board: (await put('ann', points, 100 + points))!, userIds: ['ann'] });
      await jest.advanceTimersByTimeAsync(0);
      if (points === 1) expect(boardCache.current()!.entries[0]!.score).toBe(1);
    }
    expect(reads).toHaveBeenCalledTimes(1);
    await settle();
    expect(reads).toHaveBeenCalledTimes(2);
    expect(boardCache.current()!.entries[0]!.score).toBe(50);
  });

  it('finds a change whose hint was lost', async () => {
    await makeReady();
    boardCache.start();
    await settle();
    const board = await put('ann', 5, 101);
    await jest.advanceTimersByTimeAsync(500);
    expect(boardCache.current()).toEqual(board);
  });

  it('never returns to an older board or notifies twice', async () => {
    await makeReady();
    boardCache.start();
    await settle();
    const older = await put('ann', 5, 101);
    const newer = await put('ann', 6, 102);
    for (const board of [newer, older, newer]) await feed.publish({ board, userIds: ['ann'] });
    await settle();
    expect(boards.map((board) => board.revision)).toEqual([100, 102]);
  });

  it('is fresh for two seconds after the last successful read, then keeps the stale board', async () => {
    await makeReady();
    boardCache.start();
    await settle();
    jest.spyOn(leaderboard, 'board').mockRejectedValue(new Error('away'));
    await jest.advanceTimersByTimeAsync(1_900);
    expect(boardCache.isFresh()).toBe(true);
    await jest.advanceTimersByTimeAsync(200);
    expect(boardCache.isFresh()).toBe(false);
    expect(boardCache.failedReads).toBe(4);
    expect(boardCache.current()?.revision).toBe(100);
    jest.restoreAllMocks();
    await jest.advanceTimersByTimeAsync(500);
    expect(boardCache.isFresh()).toBe(true);
  });

  it('shares a refresh among callers, and shows each at least the state at its call', async () => {
    await makeReady();
    const read = jest.spyOn(leaderboard, 'board');
    const first = boardCache.refresh();
    const changed = await put('ann', 5, 101);
    await Promise.all([first, ...Array.from({ length: 20 }, () => boardCache.refresh())]);
    expect(boardCache.current()).toEqual(changed);
    expect(read.mock.calls.length).toBeLessThanOrEqual(2);
  });

  it('retries a failed subscription to the feed', async () => {
    await makeReady();
    jest.spyOn(feed, 'subscribe').mockRejectedValueOnce(new Error('away'));
    boardCache.start();
    await settle();
    expect(boardCache.failedSubscriptions).toBe(1);
    await jest.advanceTimersByTimeAsync(500);
    const board = await put('ann', 5, 101);
    await feed.publish({ board, userIds: ['ann'] });
    await settle();
    expect(boardCache.current()).toEqual(board);
  });

  it('resolves waiting callers when the board is fresh, or with false after their timeout', async () => {
    boardCache.start();
    await settle();
    const [patient, impatient] = [boardCache.becomesFresh(1_000), boardCache.becomesFresh(400)];
    await jest.advanceTimersByTimeAsync(400);
    expect(await impatient).toBe(false);
    await makeReady();
    await jest.advanceTimersByTimeAsync(100);
    expect(await patient).toBe(true);
    expect(await boardCache.becomesFresh(0)).toBe(true);
  });

  it('does not treat a board as fresh if its read started long ago, as in a paused process', async () => {
    await makeReady();
    let answer: (board: Board) => void = () => undefined;
    jest.spyOn(leaderboard, 'board').mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const reading = boardCache.refresh();
    await jest.advanceTimersByTimeAsync(3_000);
    answer({ revision: 100, entries: [] });
    await reading;
    expect(boardCache.isFresh()).toBe(false);
  });

  it('resolves waiting callers when it stops', async () => {
    boardCache.start();
    await settle();
    const waiting = boardCache.becomesFresh(60_000);
    await boardCache.stop();
    expect(await waiting).toBe(false);
  });

  it('ignores hints and reads nothing after it stopped', async () => {
    await makeReady();
    boardCache.start();
    await settle();
    await boardCache.stop();
    await feed.publish({ board: await put('ann', 5, 101), userIds: ['ann'] });
    await settle();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(boardCache.current()?.revision).toBe(100);
  });

  describe('with profiles', () => {
    let profiles: MemoryShownProfiles;
    const name = async (userId: string, shown: string | undefined, isHinted = true) => {
      const { mark, version } = await profiles.position();
      await profiles.put([{ userId, profile: shown === undefined ? undefined : { name: shown } }], mark, version + 1);
      if (isHinted) await feed.publish({ userIds: [userId], profiles: version + 1 });
    };
    const shown = () => boardCache.current()?.entries.map((entry) => entry.name ?? entry.userId);

    beforeEach(async () => {
      profiles = new MemoryShownProfiles();
      const faults = { report: (what: string) => void fail(what) };
      boardCache = new BoardCache(leaderboard, feed, events, new ShowUsers(profiles, faults));
      boardCache.onBoard((board) => boards.push(board));
      await makeReady();
      await put('ann', 5, 101);
      await put('bob', 3, 102);
      boardCache.start();
      await settle();
    });

    it('shows names, and pushes the board again under a higher revision when one on it changes', async () => {
      expect(shown()).toEqual(['ann', 'bob']);
      await name('ann', 'Ann');
      await settle();
      await name('ann', 'Anna');
      await settle();
      expect(shown()).toEqual(['Anna', 'bob']);
      expect(boards.map(({ revision }) => revision)).toEqual([102, 103, 104]);
      await put('ann', 9, 103);
      await jest.advanceTimersByTimeAsync(500);
      expect(boardCache.current()).toEqual({ revision: 105, entries: [expect.objectContaining({ name: 'Anna', score: 9 }), expect.objectContaining({ userId: 'bob', score: 3 })] });
    });

    it('does not push a board on which nothing changed, and gives it a revision that a client brings from another process', async () => {
      await name('cy', 'Cy');
      await settle();
      expect(boards).toHaveLength(1);
      expect(boardCache.current()?.revision).toBe(102);
      expect(boardCache.current(104)?.revision).toBe(102);
      expect(boardCache.current(103)?.revision).toBe(103);
      await name('bob', 'Bob');
      await settle();
      expect(boards.map(({ revision }) => revision)).toEqual([102, 104]);
    });

    it('heals a lost hint within half a second, and then tells that any profile may have changed', async () => {
      const told: (readonly string[])[] = [];
      boardCache.onScores((userIds) => told.push(userIds));
      await name('bob', 'Bob', false);
      await jest.advanceTimersByTimeAsync(500);
      expect(shown()).toEqual(['ann', 'Bob']);
      await name('bob', undefined);
      await settle();
      expect(shown()).toEqual(['ann', 'bob']);
      expect(told).toEqual([[], ['bob']]);
    });

    it('never falls back to an older revision if the profiles are lost, and shows them again when they are copied', async () => {
      for (let i = 1; i <= 5; i++) await name('ann', `Ann ${i}`);
      await settle();
      await profiles.clear();
      await jest.advanceTimersByTimeAsync(500);
      expect(shown()).toEqual(['Ann 5', 'bob']);
      await profiles.put([{ userId: 'ann', profile: { name: 'Ann 6' } }], (await profiles.position()).mark, 6);
      await jest.advanceTimersByTimeAsync(500);
      expect(shown()).toEqual(['Ann 6', 'bob']);
      expect(boards.map(({ revision }) => revision)).toEqual([102, 107, 108]);
    });
  });
});
