import { MAX_TOTAL, ScoreboardEvents, type ScoreCommand, type ScoreLedger } from '@scoreboard/domain';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { EmbeddedBoardFeed, MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { Database, PostgresGuestClaims, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { ApplyScores } from './apply-scores';
import { ProjectStandings } from '../leaderboard/project-standings';
import { useDatabase } from '../../../../test/support';

const command = (userId: string, scoreIncrement = 1, more: Partial<ScoreCommand> = {}): ScoreCommand => ({
  commandId: randomUUID(),
  userId,
  scoreIncrement,
  ...more,
});

describe('ApplyScores', () => {
  beforeAll(() => Logger.overrideLogger(false));
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  let leaderboard: MemoryLeaderboard;
  let projection: ProjectStandings;
  let apply: ApplyScores;
  let events: ScoreboardEvents;

  const report = (what: string, error: unknown) => {
    throw new Error(what, { cause: error });
  };

  beforeEach(async () => {
    await database.query('TRUNCATE score_event, score_total, score_rejection');
    events = new ScoreboardEvents();
    leaderboard = new MemoryLeaderboard();
    const { ledgerId, lastSeq } = await ledger.head();
    await (await leaderboard.beginRebuild(ledgerId))!.finish(lastSeq);
    projection = new ProjectStandings(leaderboard, new EmbeddedBoardFeed(), { report }, events);
    apply = new ApplyScores(ledger, projection, events, new PostgresGuestClaims(database));
  });

  it('applies a batch to the ledger and projects it to the leaderboard', async () => {
    expect(await apply.execute([command('ann', 5), command('bob', 7), command('ann', 3)])).toEqual([]);
    await projection.idle();
    expect(await leaderboard.top(10)).toEqual(await ledger.top(10));
    expect(await leaderboard.top(1)).toEqual([{ rank: 1, userId: 'ann', score: 8 }]);
    expect(await leaderboard.position()).toMatchObject({ watermark: (await ledger.head()).lastSeq });
    expect(apply.stats).toMatchObject({ batches: 1, applied: 3, repeated: 0, rejected: 0 });
  });

  it('applies a batch once even if a listener throws', async () => {
    for (const name of ['batch.applied', 'standings.projected'] as const) {
      events.on(name, () => {
        throw new Error('a gauge is broken');
      });
    }
    expect(await apply.execute([command('ann', 5)])).toEqual([]);
    await projection.idle();
    expect(await leaderboard.top(1)).toEqual([{ rank: 1, userId: 'ann', score: 5 }]);
    expect(events.failures).toEqual({ 'batch.applied': 1, 'standings.projected': 1 });
  });

  it('counts a repeated command once, and projects its standing again', async () => {
    const once = command('ann', 5);
    await ledger.apply([once]);
    expect(await apply.execute([once])).toEqual([]);
    await projection.idle();
    expect(await leaderboard.top(10)).toEqual([{ rank: 1, userId: 'ann', score: 5 }]);
    expect(apply.stats).toMatchObject({ applied: 0, repeated: 1 });
  });

  it('isolates every invalid command, applies all others in order, and stores the reasons in the ledger', async () => {
    await apply.execute([command('rich', MAX_TOTAL)]);
    const batch = Array.from({ length: 37 }, (_, i) => command(`u${i % 3}`, i + 1));
    const bad = [command('rich', 1, { issuedBy: 'game' }), command('rich', 2), command('rich', 3)];
    batch.splice(0, 0, bad[0]!);
    batch.splice(20, 0, bad[1]!);
    batch.push(bad[2]!);

    expect(await apply.execute(batch)).toEqual(bad.map((one) => ({ command: one, reason: 'total-limit' })));
    expect(apply.stats).toMatchObject({ applied: 38, rejected: 3 });
    for (const one of bad) expect(await ledger.outcomes([one.commandId])).toEqual([{ ...one, status: 'rejected', reason: 'total-limit' }]);

    for (const user of ['u0', 'u1', 'u2']) {
      const sent = batch.filter(({ userId }) => userId === user).map(({ commandId }) => commandId);
      expect((await ledger.history(user, 100)).map(({ commandId }) => commandId)).toEqual(sent.reverse());
    }
    await projection.idle();
    expect(await leaderboard.top(10)).toEqual(await ledger.top(10));
  });

  it('isolates a command that the database refuses for another reason', async () => {
    const bad = command('ann', 1, { action: 'a\u0000b' });
    expect(await apply.execute([command('bob', 1), bad, command('cyd', 2)])).toEqual([{ command: bad, reason: 'unprocessable' }]);
    expect(await ledger.top(10)).toEqual([
      { rank: 1, userId: 'cyd', score: 2 },
      { rank: 2, userId: 'bob', score: 1 },
    ]);
    expect(await ledger.outcomes([bad.commandId])).toEqual([expect.objectContaining({ status: 'rejected', reason: 'unprocessable' })]);
  });

  it('rejects a command whose id was applied with other content, and keeps the outcome of the applied one', async () => {
    const first = command('ann', 5);
    await apply.execute([first]);
    const other = { ...first, scoreIncrement: 6 };
    expect(await apply.execute([command('bob', 1), other, first])).toEqual([{ command: other, reason: 'key-conflict' }]);
    expect(await ledger.outcomes([first.commandId])).toEqual([expect.objectContaining({ status: 'applied', scoreAfter: 5 })]);
    expect(await database.query('SELECT FROM score_rejection')).toEqual([]);
    expect(apply.stats).toMatchObject({ applied: 2, repeated: 1, rejected: 1 });
  });

  it('throws if the ledger is unavailable, without changing the batch', async () => {
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const worker = new ApplyScores(new PostgresLedger(away), projection, new ScoreboardEvents(), new PostgresGuestClaims(away));
    await expect(worker.execute([command('ann'), command('bob')])).rejects.toThrow(/ECONNREFUSED/);
    expect(worker.stats.batches).toBe(0);
    await away.onApplicationShutdown();
  });

  it('throws if the rejections cannot be stored, and has the same result at the next attempt', async () => {
    await ledger.apply([command('rich', MAX_TOTAL)]);
    const batch = [command('ann', 5), command('rich', 1)];
    const failing = Object.assign(Object.create(ledger) as ScoreLedger, { reject: () => Promise.reject(new Error('the ledger is away')) });
    await expect(new ApplyScores(failing, projection, new ScoreboardEvents(), new PostgresGuestClaims(database)).execute(batch)).rejects.toThrow('away');
    expect(await apply.execute(batch)).toEqual([{ command: batch[1], reason: 'total-limit' }]);
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
  });
});
