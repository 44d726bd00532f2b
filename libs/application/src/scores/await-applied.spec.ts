import { randomUUID } from 'node:crypto';
import { MAX_TOTAL, ScoreboardEvents, type ScoreCommand, type ScoreLedger } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { Database, PostgresGuestClaims, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { ApplyScores } from './apply-scores';
import { AwaitApplied } from './await-applied';
import { FindOutcome } from './find-outcome';
import { BoardCache } from '../live/board-cache';
import { ProjectStandings } from '../leaderboard/project-standings';
import { RebuildLeaderboard } from '../leaderboard/rebuild-leaderboard';
import { useEmbeddedDatabase } from '../../../../test/support';

/** So long that only a hint can be the reason for a look. */
const NEVER_MS = 60_000;

const command = (userId: string, scoreIncrement = 5): ScoreCommand => ({ commandId: randomUUID(), userId, scoreIncrement });

describe('AwaitApplied', () => {
  const database = useEmbeddedDatabase();
  const ledger = new PostgresLedger(database);
  const report = (what: string, error: unknown) => {
    throw new Error(what, { cause: error });
  };
  let leaderboard: MemoryLeaderboard;
  let boardCache: BoardCache;
  let apply: ApplyScores;
  let lookUps: number;
  let rankReads: number;

  const awaiting = (firstPauseMs: number) => {
    const counting = Object.assign(Object.create(ledger) as ScoreLedger, { outcomes: (ids: readonly string[]) => (lookUps++, ledger.outcomes(ids)) });
    return new AwaitApplied(new FindOutcome(counting), leaderboard, boardCache, { report }, firstPauseMs);
  };

  beforeEach(async () => {
    await database.query('TRUNCATE score_event, score_total, score_rejection');
    const feed = new EmbeddedBoardFeed();
    leaderboard = new MemoryLeaderboard();
    await new RebuildLeaderboard(ledger, leaderboard, feed).execute();
    apply = new ApplyScores(ledger, new ProjectStandings(leaderboard, feed, { report }, new ScoreboardEvents()), new ScoreboardEvents(), new PostgresGuestClaims(database));
    boardCache = new BoardCache(leaderboard, feed, new ScoreboardEvents());
    lookUps = 0;
    rankReads = 0;
    const places = leaderboard.places.bind(leaderboard);
    leaderboard.places = (userIds) => (rankReads++, places(userIds));
  });
  afterEach(() => boardCache.stop());

  it('looks up a command once, when the feed names its user, and reads the rank once', async () => {
    boardCache.start();
    const awaitApplied = awaiting(NEVER_MS);
    const one = command('ann');
    const outcome = await awaitApplied.outcome(one, NEVER_MS, async () => {
      await apply.execute([command('bob', 7)]); // another user's hint is no reason to look
      void apply.execute([one]);
    });
    expect(outcome).toMatchObject({ status: 'applied', scoreAfter: 5 });
    expect(await awaitApplied.rank(outcome as Extract<typeof outcome, { status: 'applied' }>)).toBe(2);
    expect(boardCache.current()?.entries).toHaveLength(2);
    expect({ lookUps, rankReads }).toEqual({ lookUps: 1, rankReads: 1 });
  });

  it('needs no second hint if the command was applied before the receipt', async () => {
    boardCache.start();
    const one = command('ann');
    const outcome = await awaiting(NEVER_MS).outcome(one, NEVER_MS, () => apply.execute([one]));
    expect(outcome).toMatchObject({ status: 'applied', scoreAfter: 5 });
    expect(lookUps).toBe(1);
  });

  it('shares a look-up between all updates of a batch', async () => {
    boardCache.start();
    const awaitApplied = awaiting(NEVER_MS);
    const commands = Array.from({ length: 50 }, (_, i) => command(`u${i}`));
    const outcomes = commands.map((one) => awaitApplied.outcome(one, NEVER_MS, async () => undefined));
    await apply.execute(commands);
    expect((await Promise.all(outcomes)).map((outcome) => outcome?.status)).toEqual(commands.map(() => 'applied'));
    expect(lookUps).toBeLessThanOrEqual(2);
  });

  it('looks up a command after a hint that names no user', async () => {
    const feed = new EmbeddedBoardFeed();
    boardCache = new BoardCache(leaderboard, feed, new ScoreboardEvents());
    boardCache.start();
    const one = command('ann');
    const outcome = await awaiting(NEVER_MS).outcome(one, NEVER_MS, async () => {
      await ledger.apply([one]);
      await feed.publish({ userIds: [] });
    });
    expect(outcome).toMatchObject({ status: 'applied' });
    expect(lookUps).toBe(1);
  });

  it('hears that a command was rejected', async () => {
    boardCache.start();
    await apply.execute([command('rich', MAX_TOTAL)]);
    const one = command('rich');
    const outcome = await awaiting(NEVER_MS).outcome(one, NEVER_MS, async () => void apply.execute([one]));
    expect(outcome).toMatchObject({ status: 'rejected', reason: 'total-limit' });
    // The hint of the first command may still have been on its way.
    expect(lookUps).toBeLessThanOrEqual(2);
  });

  it('finds the command and the rank while the feed is silent, with few looks', async () => {
    const awaitApplied = awaiting(20);
    const one = command('ann');
    const outcome = await awaitApplied.outcome(one, NEVER_MS, async () => void apply.execute([one]));
    expect(outcome).toMatchObject({ status: 'applied', scoreAfter: 5 });
    expect(await awaitApplied.rank(outcome as Extract<typeof outcome, { status: 'applied' }>)).toBe(1);
    // The pauses double: 20 looks would take minutes.
    expect(lookUps).toBeLessThan(20);
  });

  it('rejects if the command cannot be queued, without a look-up', async () => {
    boardCache.start();
    const refused = () => Promise.reject(new Error('the queue is full'));
    await expect(awaiting(NEVER_MS).outcome(command('ann'), NEVER_MS, refused)).rejects.toThrow('the queue is full');
    expect(lookUps).toBe(0);
  });

  it('gives up after the timeout, however many callers wait and whatever the ledger does', async () => {
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const reported: string[] = [];
    const awaitApplied = new AwaitApplied(new FindOutcome(new PostgresLedger(away)), leaderboard, boardCache, { report: (what) => void reported.push(what) });
    const outcome = (waitMs: number) => awaitApplied.outcome(command('ann'), waitMs, async () => undefined);
    expect(await Promise.all([outcome(50), outcome(80)])).toEqual([undefined, undefined]);
    expect(new Set(reported)).toEqual(new Set(['commands that are waited for cannot be looked up']));
    await away.onApplicationShutdown();
  });
});
