import { randomUUID } from 'node:crypto';
import { type Leaderboard, type LeaderboardRebuild, type LeaderboardRebuilding, LeaderboardNotReady, MAX_TOP, ScoreboardEvents, type ScoreLedger } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { eventually, useDatabase } from '../../../../test/support';
import { RebuildLeaderboard } from './rebuild-leaderboard';

const PAGE = 100;
const PAGES = 20;

describe('RebuildLeaderboard', () => {
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  /** Called before each page of the ledger is read, with its number from 1. */
  let onPage: (page: number) => void | Promise<void>;
  let pages: number;
  let reads: { best: number; userCount: number };
  let leaderboard: MemoryLeaderboard;
  let seen: LeaderboardRebuilding[];

  const watched: ScoreLedger = Object.assign(Object.create(ledger) as ScoreLedger, {
    standings: async (after: string | undefined, limit: number) => {
      await onPage(++pages);
      return ledger.standings(after, limit);
    },
    best: (count: number) => (reads.best++, ledger.best(count)),
    userCount: () => (reads.userCount++, ledger.userCount()),
  });
  const rebuildOf = (shown: Leaderboard, truth = watched) => {
    const events = new ScoreboardEvents();
    events.on('leaderboard.rebuilding', (rebuilding) => seen.push(rebuilding));
    return new RebuildLeaderboard(truth, shown, new EmbeddedBoardFeed(), events, PAGE);
  };
  const put = async (userId: string, points: number) => {
    const { standings, range } = await ledger.apply([{ commandId: randomUUID(), userId, scoreIncrement: points }]);
    await leaderboard.put(standings, range);
  };
  const expectLevel = async () => {
    const { ledgerId, lastSeq } = await ledger.head();
    expect(await leaderboard.position()).toEqual({ ledgerId, watermark: lastSeq });
    expect(await leaderboard.top(MAX_TOP)).toEqual(await ledger.top(MAX_TOP));
    let after: string | undefined;
    for (let page = await ledger.standings(after, PAGE); page.length; page = await ledger.standings(after, PAGE)) {
      const places = await leaderboard.places(page.map(({ userId }) => userId));
      expect(places.filter((place, i) => place?.version !== page[i]!.version || place.score !== page[i]!.score)).toEqual([]);
      after = page.at(-1)!.userId;
    }
  };

  beforeAll(async () => {
    // Sequences below every one that the ledger gives, as a real history has.
    await database.query(
      `INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version)
       SELECT 1, 'u' || lpad(i::text, 6, '0'), 1 + i * 7919 % 50000, i, i FROM generate_series(1, $1::integer) AS i`,
      [PAGES * PAGE],
    );
  });
  beforeEach(() => {
    pages = 0;
    reads = { best: 0, userCount: 0 };
    seen = [];
    onPage = () => undefined;
    leaderboard = new MemoryLeaderboard({ leaseMs: 0 });
  });

  it('says how many users it expects before the first page, if there are several pages', async () => {
    const calls: string[] = [];
    const begin = leaderboard.beginRebuild.bind(leaderboard);
    leaderboard.beginRebuild = async (ledgerId) => {
      const rebuild = (await begin(ledgerId))!;
      return { ...rebuild, expect: async (users) => void calls.push(`expect ${users}`), fill: (page, upTo) => (calls.push('fill'), rebuild.fill(page, upTo)) };
    };
    await rebuildOf(leaderboard).execute();
    expect(calls.slice(0, 2)).toEqual([`expect ${await ledger.userCount()}`, 'fill']);
  });

  it('that is interrupted half way is continued by the next process, which reads only the rest', async () => {
    onPage = (page) => {
      if (page > PAGES / 2) throw new Error('the connection is cut');
    };
    await expect(rebuildOf(leaderboard).execute()).rejects.toThrow('the connection is cut');
    expect(seen.at(-1)).toMatchObject({ total: PAGES * PAGE, state: 'stopped' });
    // Users on both sides of the cut, and a new one, score before the next process begins.
    for (const user of ['u000007', 'u001999', 'a-new-one']) await put(user, 60_000);

    pages = 0;
    onPage = () => undefined;
    seen = [];
    const progress: (readonly [number, number])[] = [];
    await eventually(async () => expect(await rebuildOf(leaderboard).execute((standings, total) => progress.push([standings, total]))).toBeDefined());
    expect(pages).toBe(PAGES / 2 + 1); // and the empty one after the last
    expect(progress[0]).toEqual([(PAGES / 2) * PAGE, PAGES * PAGE + 1]);
    expect(seen.at(-1)).toMatchObject({ standings: PAGES * PAGE, copied: (PAGES / 2) * PAGE, state: 'finished' });
    await expectLevel();
  });

  it('holds at most two pages at a time, and reads one at a time', async () => {
    let reading = 0;
    let held = 0;
    let mostHeld = 0;
    const counting: ScoreLedger = Object.assign(Object.create(ledger) as ScoreLedger, {
      standings: async (after: string | undefined, limit: number) => {
        expect(++reading).toBe(1);
        const page = await ledger.standings(after, limit);
        reading--;
        mostHeld = Math.max(mostHeld, ++held);
        return page;
      },
    });
    const begin = leaderboard.beginRebuild.bind(leaderboard);
    leaderboard.beginRebuild = async (ledgerId) => {
      const rebuild = (await begin(ledgerId))!;
      const fill: LeaderboardRebuild['fill'] = async (page, upTo) => {
        await eventually(() => expect(held).toBe(page.length === PAGE ? 2 : 1)); // the next page has been read
        await rebuild.fill(page, upTo);
        held--;
      };
      return { ...rebuild, fill };
    };
    await rebuildOf(leaderboard, counting).execute();
    expect(mostHeld).toBe(2);
  });

  it('shows the board of the ledger while there is no ranking, with one read of the best', async () => {
    let boards = 0;
    onPage = async (page) => {
      if (page <= 2) return;
      await eventually(async () => expect((await leaderboard.board()).entries).toEqual(await ledger.top(10)));
      await expect(leaderboard.top(10)).rejects.toBeInstanceOf(LeaderboardNotReady);
      await put(`u${String(page).padStart(6, '0')}`, 100_000 * page);
      boards++;
    };
    await rebuildOf(leaderboard).execute();
    expect(boards).toBe(PAGES - 1);
    expect(reads).toEqual({ best: 1, userCount: 1 });
    await expectLevel();

    onPage = () => undefined;
    await eventually(async () => expect(await rebuildOf(leaderboard).execute()).toBeDefined());
    expect(reads).toEqual({ best: 1, userCount: 2 });
  });

  it('rebuilds also if the best cannot be read, and reports it', async () => {
    const failing: ScoreLedger = Object.assign(Object.create(ledger) as ScoreLedger, { best: () => Promise.reject(new Error('statement timeout')) });
    await expect(rebuildOf(leaderboard, failing).execute()).rejects.toMatchObject({ message: expect.stringContaining('was rebuilt'), cause: new Error('statement timeout') });
    await expectLevel();
  });

  it('reports progress, and runs only one rebuild at a time', async () => {
    leaderboard = new MemoryLeaderboard();
    const progress: (readonly [number, number])[] = [];
    const run = () => rebuildOf(leaderboard).execute((standings, total) => progress.push([standings, total]));
    const boards = await Promise.all([run(), run()]);
    expect(boards.filter(Boolean)).toHaveLength(1);
    const users = await ledger.userCount();
    expect(progress).toEqual([...Array.from({ length: PAGES + 1 }, (_, i) => [i * PAGE, users]), [users, users]]);
  });
});
