import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type Board, type RebuildState, ScoreboardEvents, type ScoreCommand, type Standing } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { eventually, useDatabase } from '../../../../test/support';
import { FollowLedger } from './follow-ledger';
import { RebuildLeaderboard } from './rebuild-leaderboard';

const command = (userId: string, scoreIncrement = 1): ScoreCommand => ({ commandId: randomUUID(), userId, scoreIncrement });

describe('FollowLedger and RebuildLeaderboard', () => {
  beforeAll(() => Logger.overrideLogger(false));
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  let leaderboard: MemoryLeaderboard;
  let rebuild: RebuildLeaderboard;
  let follow: FollowLedger;
  let hints: { readonly board?: Board; readonly userIds: readonly string[] }[];
  let emitted: (readonly [standings: number, state: RebuildState])[];

  beforeEach(async () => {
    await database.query('TRUNCATE score_event, score_total, score_rejection');
    hints = [];
    emitted = [];
    makeFollow(new MemoryLeaderboard());
  });

  function makeFollow(shown: MemoryLeaderboard) {
    leaderboard = shown;
    const feed = new EmbeddedBoardFeed();
    void feed.subscribe((hint) => hints.push(hint));
    const events = new ScoreboardEvents();
    events.on('leaderboard.rebuilding', ({ standings, state }) => emitted.push([standings, state]));
    rebuild = new RebuildLeaderboard(ledger, leaderboard, feed, events);
    follow = new FollowLedger(ledger, leaderboard, rebuild, feed);
  }

  const expectLevel = async () => {
    expect(await leaderboard.top(100)).toEqual(await ledger.top(100));
    const { ledgerId, lastSeq } = await ledger.head();
    expect(await leaderboard.position()).toEqual({ ledgerId, watermark: lastSeq });
  };
  const apply = async (...commands: ScoreCommand[]) => {
    const { standings, range } = await ledger.apply(commands);
    return () => leaderboard.put(standings, range);
  };

  it('rebuilds a leaderboard that is not ready, even from an empty ledger', async () => {
    await follow.look();
    await expectLevel();
    makeFollow(new MemoryLeaderboard());
    await apply(command('ann', 5), command('bob', 7));
    await follow.look();
    await expectLevel();
    await eventually(() => expect(hints.at(-1)?.board?.entries).toHaveLength(2));
    expect(emitted).toEqual([[0, 'finished'], [2, 'running'], [2, 'finished']]);
  });

  it('ignores a gap at the first check, because it may be in flight, and closes it at the second', async () => {
    await follow.look();
    await apply(command('ann', 5));
    await follow.look();
    expect(follow.lag).toBe(1);
    expect(await leaderboard.top(10)).toEqual([]);
    await follow.look();
    await expectLevel();
    await follow.look();
    expect(follow.lag).toBe(0);
    await eventually(() => expect(hints.at(-1)).toMatchObject({ userIds: ['ann'], board: { entries: [{ userId: 'ann', score: 5 }] } }));
  });

  it('closes a gap in the middle and keeps later changes', async () => {
    await follow.look();
    await apply(command('lost', 3));
    await (await apply(command('ann', 5)))();
    await follow.look();
    await follow.look();
    await expectLevel();
  });

  it('takes a floor that was raised for another leaderboard as no change: it covers the gap, and raises nothing', async () => {
    await apply(command('ann', 5));
    await follow.look();
    await eventually(() => expect(hints).not.toEqual([]));
    hints = [];
    await database.query('UPDATE leaderboard SET floor_seq = floor_seq + 1048576');
    const { lastSeq } = await ledger.head();
    await follow.look();
    await follow.look();
    await follow.look();
    expect([follow.lag, (await ledger.head()).lastSeq, hints]).toEqual([0, lastSeq, []]);
    await expectLevel();
  });

  it('closes a gap of more than one page of events', async () => {
    await follow.look();
    for (let i = 0; i < 3; i++) await apply(...Array.from({ length: 4_000 }, (_, n) => command(`u${n % 500}`)));
    await follow.look();
    await follow.look();
    await expectLevel();
  });

  it('rebuilds a leaderboard that shows another ledger', async () => {
    await (await leaderboard.beginRebuild(randomUUID()))!.finish((await ledger.head()).lastSeq);
    await apply(command('ann', 5));
    await follow.look();
    await expectLevel();
  });

  it('rebuilds a leaderboard that is ahead of its ledger, with a higher revision than any shown before', async () => {
    await apply(command('kept', 1));
    const { ledgerId, lastSeq } = await ledger.head();
    const lost: Standing = { userId: 'lost', score: 9, reachedAt: lastSeq + 5, version: lastSeq + 5, hidden: false };
    const ahead = (await leaderboard.beginRebuild(ledgerId))!;
    await ahead.fill([lost]);
    const shown = await ahead.finish(lastSeq + 5);

    await follow.look();
    await expectLevel();
    const board = await leaderboard.board();
    expect(board.entries).toEqual([{ rank: 1, userId: 'kept', score: 1 }]);
    expect(board.revision).toBeGreaterThan(shown.revision);
  });

  it('includes standings put during a rebuild in the new ranking', async () => {
    await apply(...Array.from({ length: 6_000 }, (_, i) => command(`u${i}`, 1 + (i % 7))));
    const rebuilding = rebuild.execute();
    for (let i = 0; i < 30; i++) await (await apply(command(`u${i * 7}`, 100 + i), command(`new-${i}`, 50)))();
    const board = await rebuilding;
    expect(board?.entries[0]).toEqual(expect.objectContaining({ rank: 1 }));
    await follow.look();
    await follow.look();
    await expectLevel();
  });
});
