import { type AppliedBatch, type LedgerRange, ScoreboardEvents, type Standing, type Trace } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { MAX_FOLLOWED, type ScoresChanged } from '../live/board-feed';
import { ProjectStandings } from './project-standings';

const batch = (from: number, to: number, ...users: string[]): AppliedBatch => ({
  range: { from, to },
  applied: to - from,
  standings: users.map((userId) => ({ userId, score: to, reachedAt: to, version: to, hidden: false })),
  conflicts: [],
  lockWaitMs: 0,
});

/** A leaderboard whose puts wait until they are released, or fail. */
class HeldLeaderboard extends MemoryLeaderboard {
  readonly puts: { readonly users: readonly string[]; readonly range: LedgerRange }[] = [];
  failures = 0;
  open!: () => void;
  private readonly gate = new Promise<void>((resolve) => (this.open = resolve));

  override async put(standings: readonly Standing[], range: LedgerRange) {
    this.puts.push({ users: standings.map(({ userId }) => userId), range });
    await this.gate;
    if (this.failures-- > 0) throw new Error('redis is away');
    return super.put(standings, range);
  }
}

describe('ProjectStandings', () => {
  let leaderboard: HeldLeaderboard;
  let feed: EmbeddedBoardFeed;
  let projection: ProjectStandings;
  let reported: string[];

  beforeEach(async () => {
    leaderboard = new HeldLeaderboard();
    await (await leaderboard.beginRebuild('ledger'))!.finish(0);
    feed = new EmbeddedBoardFeed();
    reported = [];
    projection = new ProjectStandings(leaderboard, feed, { report: (what) => void reported.push(what) }, new ScoreboardEvents());
  });

  it('never blocks the caller, and merges adjacent ranges while a put is running', async () => {
    projection.add(batch(0, 2, 'ann', 'bob'));
    projection.add(batch(2, 5, 'ann'));
    projection.add(batch(5, 6, 'cyd', 'ann'));
    projection.add(batch(9, 10, 'dan'));
    projection.add(batch(10, 10, 'eve'));
    expect(leaderboard.puts).toHaveLength(1);

    leaderboard.open();
    await projection.idle();
    expect(leaderboard.puts).toEqual([
      { users: ['ann', 'bob'], range: { from: 0, to: 2 } },
      { users: ['ann', 'cyd'], range: { from: 2, to: 6 } },
      { users: ['dan', 'eve'], range: { from: 9, to: 10 } },
    ]);
    expect((await leaderboard.places(['ann']))[0]).toMatchObject({ version: 6 });
    expect(await leaderboard.position()).toMatchObject({ watermark: 6 });
  });

  it('with a pause, collects the changes of the pause for one put', async () => {
    projection = new ProjectStandings(leaderboard, feed, { report: (what) => void reported.push(what) }, new ScoreboardEvents(), undefined, 100);
    leaderboard.open();
    const isPut = new Promise((resolve) => void feed.subscribe(resolve));
    projection.add(batch(0, 1, 'ann'));
    await isPut;
    projection.add(batch(1, 2, 'bob'));
    await new Promise(setImmediate);
    projection.add(batch(2, 3, 'cyd'));
    await projection.idle();
    expect(leaderboard.puts.map(({ users }) => users)).toEqual([['ann'], ['bob', 'cyd']]);
  });

  it('reports a failed put and continues with the next', async () => {
    leaderboard.failures = 1;
    leaderboard.open();
    projection.add(batch(0, 1, 'ann'));
    await projection.idle();
    expect(reported).toEqual(['standings were not projected']);
    expect(await leaderboard.places(['ann'])).toEqual([undefined]);

    projection.add(batch(1, 2, 'bob'));
    await projection.idle();
    expect(reported).toHaveLength(1);
    expect(await leaderboard.top(10)).toEqual([{ rank: 1, userId: 'bob', score: 2 }]);
    expect(await leaderboard.position()).toMatchObject({ watermark: 0 });
  });

  it('publishes the users whose score changed, and the board if the top ten changed', async () => {
    const heard: ScoresChanged[] = [];
    await feed.subscribe((change) => heard.push(change));
    leaderboard.open();
    projection.add(batch(0, 1, 'ann'));
    await projection.idle();
    projection.add(batch(1, 1, 'ann'));
    await projection.idle();
    await new Promise(setImmediate);
    expect(heard.map(({ userIds, board }) => [userIds, board?.entries.length])).toEqual([
      [['ann'], 1],
      [['ann'], undefined],
    ]);
  });

  it('names at most MAX_FOLLOWED requests on the feed, traced requests first, then the most recent', async () => {
    const heard: ScoresChanged[] = [];
    await feed.subscribe((change) => heard.push(change));
    const requests = (count: number, more: Partial<Trace> = {}): Trace[] => Array.from({ length: count }, (_, n) => ({ id: String(n), ...more }));
    const recorded = requests(MAX_FOLLOWED + 1, { spanId: '1' });
    leaderboard.open();
    projection.add(batch(0, 1, 'ann'), [...requests(MAX_FOLLOWED), recorded[0]!]);
    projection.add(batch(2, 3, 'bob'), [...recorded, ...requests(1)]);
    await projection.idle();
    await new Promise(setImmediate);
    expect(heard.map(({ traces }) => traces)).toEqual([[...requests(MAX_FOLLOWED).slice(1), recorded[0]], recorded.slice(1)]);
  });

  it('drops the oldest standings beyond the limit while the leaderboard does not answer', async () => {
    const many = (n: number) => batch(n * 10, n * 10 + 1, ...Array.from({ length: 20_000 }, (_, i) => `u${i}`));
    for (let n = 0; n < 6; n++) projection.add(many(n));
    leaderboard.open();
    await projection.idle();
    // The first put was already running; of the others, the newest two are within the limit.
    expect(leaderboard.puts.map(({ range }) => range.from)).toEqual([0, 40, 50]);
  });

  it('is idle when nothing is waiting', async () => {
    await expect(projection.idle()).resolves.toBeUndefined();
  });
});
