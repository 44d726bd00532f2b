import { type HistoryItem, isRanked, MAX_TOP, Refusal, ScoreboardEvents, type ScoreCommand } from '@scoreboard/domain';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ApplyScores, FollowLedger, HideUser, BoardCache, type Moderator, ProjectStandings, RebuildLeaderboard, ReverseScores, IntervalTask } from '@scoreboard/application';
import { randomFrom } from '@scoreboard/domain/leaderboard-samples.contract';
import { PostgresAuditLog, PostgresAdjustments, PostgresGuestClaims } from '@scoreboard/infrastructure/postgres';
import { describeWith, eventually, useNodes } from './support';

const USERS = Array.from({ length: 15 }, (_, i) => `user-${i}`);
const COMMANDS = 20_000;
const ACTS = 150;
const SEED = 20_261_124;
const moderator: Moderator = {
  identity: { issuer: '', subject: 'mod', userId: 'mod', scopes: new Set(['scores:admin']), expiresAt: 0 },
  address: '203.0.113.77',
};

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL'], 'two moderators and two workers at the same time', () => {
  /** Stops the background tasks, also after a failed test. */
  const endings: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(endings.map((end) => end())));
  const makeNode = useNodes('moderation-spec');
  const random = randomFrom(SEED);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const faults: string[] = [];
  const log = { report: (what: string) => void faults.push(what) };
  const commands: ScoreCommand[] = Array.from({ length: COMMANDS }, () => ({
    commandId: randomUUID(),
    userId: pick(USERS),
    scoreIncrement: 1 + Math.floor(random() * 9),
    action: pick(['quiz', 'race', undefined]),
  }));

  async function makeWorker() {
    const { database, ledger, leaderboard, feed } = await makeNode();
    const projection = new ProjectStandings(leaderboard, feed, log, new ScoreboardEvents());
    const follow = new FollowLedger(ledger, leaderboard, new RebuildLeaderboard(ledger, leaderboard, feed), feed);
    const task = new IntervalTask(() => follow.look(), () => faults.push('a look failed'));
    task.start(100);
    endings.push(() => task.stop());
    return { apply: new ApplyScores(ledger, projection, new ScoreboardEvents(), new PostgresGuestClaims(database)), projection };
  }

  async function makeModerator() {
    const { database, leaderboard, feed } = await makeNode();
    const ports = [new PostgresAuditLog(database), new PostgresAdjustments(database), new ProjectStandings(leaderboard, feed, log, new ScoreboardEvents()), log] as const;
    return { reverse: new ReverseScores(...ports), hide: new HideUser(...ports) };
  }

  /** Runs one random act and returns what it reversed. It may hit commands that are not applied yet, or that the other moderator reverses too. */
  async function act({ reverse, hide }: Awaited<ReturnType<typeof makeModerator>>): Promise<{ reversed: number; points: number }> {
    const nothing = { reversed: 0, points: 0 };
    const chance = random();
    if (chance < 0.3) return hide.execute(moderator, pick(USERS), random() < 0.5, 'test').then(() => nothing);
    const what = chance < 0.9 ? { commandId: pick(commands).commandId } : { userId: pick(USERS), action: 'quiz' };
    return reverse.execute(moderator, { ...what, reason: 'test' }).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'unknown-command') return nothing;
      throw error;
    });
  }

  beforeAll(() => Logger.overrideLogger(false));

  it('keep sums, ledger, leaderboard and board consistent, with each command counted once and reversed at most once', async () => {
    const { ledger, leaderboard, feed } = await makeNode();
    const workers = [await makeWorker(), await makeWorker()];
    const moderators = [await makeModerator(), await makeModerator()];
    const boardCache = new BoardCache(leaderboard, feed, new ScoreboardEvents());
    boardCache.start();
    endings.push(() => boardCache.stop());
    const taken: { reversed: number; points: number }[] = [];

    const batches = Array.from({ length: COMMANDS / 100 }, (_, i) => commands.slice(i * 100, i * 100 + 100));
    // Some are delivered again after they were reversed.
    const sent = [...batches, ...batches.filter((_, i) => i % 5 === 0)];
    const work = async ({ apply }: (typeof workers)[number]) => {
      for (let batch = sent.shift(); batch; batch = sent.shift()) expect(await apply.execute(batch)).toEqual([]);
    };
    const moderate = async (one: (typeof moderators)[number]) => {
      for (let i = 0; i < ACTS; i++) taken.push(await act(one));
    };
    await Promise.all([...workers.map(work), ...moderators.map(moderate)]);
    // Once more, concurrently, after everything is applied.
    await Promise.all(moderators.flatMap((one) => USERS.slice(0, 3).map(async (userId) => taken.push(await one.reverse.execute(moderator, { userId, reason: 'test' })))));
    await moderators[0]!.hide.execute(moderator, USERS[14]!, true, 'test');

    await Promise.all(workers.map(({ projection }) => projection.idle()));
    await eventually(async () => expect((await leaderboard.position())?.watermark).toBe((await ledger.head()).lastSeq));

    // Read everything before comparing: comparing blocks for seconds, in which idle connections would time out.
    const histories = new Map<string, readonly HistoryItem[]>();
    for (const userId of USERS) histories.set(userId, await ledger.history(userId, COMMANDS * 2));
    const standings = await ledger.standings(undefined, 100);
    const order = await ledger.top(MAX_TOP);
    const top = await leaderboard.top(MAX_TOP);
    const places = await leaderboard.places(USERS);
    await eventually(() => expect(boardCache.current()?.entries).toEqual(order.slice(0, 10)));

    const events = [...histories.values()].flat();
    const earned = events.filter(({ reverses }) => !reverses);
    const reversals = events.filter(({ reverses }) => reverses);
    expect(earned.map(({ commandId }) => commandId).sort()).toEqual(commands.map(({ commandId }) => commandId).sort());
    expect(new Set(reversals.map(({ reverses }) => reverses)).size).toBe(reversals.length);
    expect(reversals.length).toBeGreaterThan(COMMANDS / 10);
    expect(taken.reduce((sum, { reversed }) => sum + reversed, 0)).toBe(reversals.length);
    expect(taken.reduce((sum, { points }) => sum + points, 0)).toBe(-reversals.reduce((sum, { scoreIncrement }) => sum + scoreIncrement, 0));

    const reversed = new Set(reversals.map(({ reverses }) => reverses));
    expect(standings).toHaveLength(USERS.length);
    for (const { userId, score, version } of standings) {
      const kept = commands.filter((one) => one.userId === userId && !reversed.has(one.commandId));
      const items = histories.get(userId)!;
      expect(score).toBe(kept.reduce((sum, { scoreIncrement }) => sum + scoreIncrement, 0));
      expect(items.reduce((sum, { scoreIncrement }) => sum + scoreIncrement, 0)).toBe(score);
      let total = score;
      for (const item of items) {
        expect(item.scoreAfter).toBe(total);
        total -= item.scoreIncrement;
      }
      expect(version).toBeGreaterThanOrEqual(items[0]!.seq);
    }

    expect(order.map(({ userId }) => userId).sort()).toEqual(standings.filter(isRanked).map(({ userId }) => userId));
    expect(top).toEqual(order);
    const ranks = new Map(order.map(({ userId, rank }) => [userId, rank]));
    expect(places).toEqual(
      USERS.map((userId) => {
        const { score, version } = standings.find((standing) => standing.userId === userId)!;
        return { userId, score, version, rank: ranks.get(userId) ?? null };
      }),
    );
    expect(faults).toEqual([]);
  });
});
