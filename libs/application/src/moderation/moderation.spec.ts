import { type Identity, type LedgerRange, ScoreboardEvents, type ScoreCommand, type Standing } from '@scoreboard/domain';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { EmbeddedBoardFeed, MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { Database, PostgresAuditLog, PostgresAdjustments, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import type { AuditEntry } from '../audit/audit-log';
import type { Moderator } from '../audit/moderator';
import type { ScoresChanged } from '../live/board-feed';
import { FollowLedger } from '../leaderboard/follow-ledger';
import { HideUser } from './hide-user';
import { ListHidden } from './list-hidden';
import { ProjectStandings } from '../leaderboard/project-standings';
import { RebuildLeaderboard } from '../leaderboard/rebuild-leaderboard';
import { ReverseScores } from './reverse-scores';
import { useDatabase } from '../../../../test/support';

const moderator = (...scopes: string[]): Moderator => ({
  identity: { issuer: '', subject: 'mod', userId: 'mod', scopes: new Set(scopes), expiresAt: 0 } satisfies Identity,
  address: '203.0.113.77',
});
const admin = moderator('scores:admin');
const command = (userId: string, scoreIncrement: number, action?: string): ScoreCommand => ({ commandId: randomUUID(), userId, scoreIncrement, action });

class LossyLeaderboard extends MemoryLeaderboard {
  isAway = false;

  override async put(standings: readonly Standing[], range: LedgerRange) {
    if (this.isAway) throw new Error('redis is away');
    return super.put(standings, range);
  }
}

describe('ReverseScores and HideUser', () => {
  beforeAll(() => Logger.overrideLogger(false));
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  const audit = new PostgresAuditLog(database);
  let adjustments: PostgresAdjustments;
  let leaderboard: LossyLeaderboard;
  let feed: EmbeddedBoardFeed;
  let projection: ProjectStandings;
  let reported: string[];
  let reverse: ReverseScores;
  let hide: HideUser;

  beforeEach(async () => {
    await database.query('TRUNCATE score_event, score_total, score_rejection, hidden_user, audit_log');
    reported = [];
    const errors = { report: (what: string) => void reported.push(what) };
    adjustments = new PostgresAdjustments(database);
    leaderboard = new LossyLeaderboard();
    feed = new EmbeddedBoardFeed();
    projection = new ProjectStandings(leaderboard, feed, errors, new ScoreboardEvents());
    reverse = new ReverseScores(audit, adjustments, projection, errors);
    hide = new HideUser(audit, adjustments, projection, errors);
    await new RebuildLeaderboard(ledger, leaderboard, feed).execute();
  });

  const apply = async (...commands: ScoreCommand[]) => {
    projection.add(await ledger.apply(commands));
    await projection.idle();
  };
  const acts = async () => (await audit.newest(10)).map(({ id: _id, at: _at, ...entry }): AuditEntry => entry as AuditEntry).reverse();
  const board = async () => (await leaderboard.board()).entries.map(({ userId, score }) => `${userId} ${score}`);

  it('removes a command from the board before it answers, notifies the feed, and records who asked and why', async () => {
    const much = command('ann', 9);
    await apply(much, command('ann', 1), command('bob', 5));
    const heard: ScoresChanged[] = [];
    await feed.subscribe((change) => heard.push(change));
    expect(await reverse.execute(admin, { commandId: much.commandId, reason: 'scripted' })).toEqual({ reversed: 1, points: 9 });
    expect(await board()).toEqual(['bob 5', 'ann 1']);
    expect(await acts()).toEqual([{ act: 'reverse', actor: 'mod', target: much.commandId, reason: 'scripted' }]);
    await new Promise(setImmediate);
    expect(heard.at(-1)).toMatchObject({ userIds: ['ann'], board: { entries: [{ userId: 'bob' }, { userId: 'ann' }] } });
  });

  it('reverses the commands of one action in a time range, and records the parameters', async () => {
    await apply(command('ann', 3, 'quiz'), command('ann', 4, 'race'), command('bob', 5, 'quiz'));
    const from = new Date(Date.now() - 60_000);
    const to = new Date(Date.now() + 60_000);
    expect(await reverse.execute(admin, { userId: 'ann', from, to, action: 'quiz', reason: 'leaked answers' })).toEqual({ reversed: 1, points: 3 });
    expect(await board()).toEqual(['bob 5', 'ann 4']);
    const details = { from: from.toISOString(), to: to.toISOString(), action: 'quiz' };
    expect(await acts()).toEqual([{ act: 'reverse', actor: 'mod', target: 'ann', reason: 'leaked answers', details }]);
  });

  it('reverses thousands of commands in several transactions, and completes the rest after an interruption', async () => {
    const commands = Array.from({ length: 2_500 }, (_, i) => command('ann', i + 1));
    const sum = (2_500 * 2_501) / 2;
    await apply(...commands);
    const sizes: number[] = [];
    adjustments.reverse = (ids) => {
      sizes.push(ids.length);
      if (sizes.length === 2) throw new Error('connection lost');
      return PostgresAdjustments.prototype.reverse.call(adjustments, ids);
    };
    const all = { userId: 'ann', reason: 'farmed' };
    await expect(reverse.execute(admin, all)).rejects.toMatchObject({ code: 'ledger-unavailable', details: { retryAfter: 1 } });
    expect(reported).toEqual(['the ledger cannot be changed']);
    await projection.idle();
    const points = commands.slice(1_500).reduce((total, { scoreIncrement }) => total + scoreIncrement, 0);
    expect(await board()).toEqual([`ann ${sum - points}`]);

    expect(await reverse.execute(admin, all)).toEqual({ reversed: 1_500, points: sum - points });
    expect(sizes).toEqual([1_000, 1_000, 1_000, 1_000, 500]);
    expect(await board()).toEqual([]);
    expect((await ledger.history('ann', 10_000)).reduce((total, item) => total + item.scoreIncrement, 0)).toBe(0);
    expect(await reverse.execute(admin, all)).toEqual({ reversed: 0, points: 0 });
  });

  it('does not reverse commands that are applied meanwhile', async () => {
    await apply(...Array.from({ length: 1_200 }, () => command('ann', 1)));
    adjustments.reverse = async (ids) => {
      await apply(command('ann', 7));
      return PostgresAdjustments.prototype.reverse.call(adjustments, ids);
    };
    expect(await reverse.execute(admin, { userId: 'ann', reason: 'farmed' })).toEqual({ reversed: 1_200, points: 1_200 });
    expect(await board()).toEqual(['ann 14']);
  });

  it('refuses a command that is not applied, and still records the request', async () => {
    const commandId = randomUUID();
    await expect(reverse.execute(admin, { commandId, reason: 'a guess' })).rejects.toMatchObject({ code: 'unknown-command' });
    expect(await acts()).toEqual([{ act: 'reverse', actor: 'mod', target: commandId, reason: 'a guess' }]);
    expect(reported).toEqual([]);
  });

  it('returns the expected result in a dry run, and neither changes nor records anything', async () => {
    const [much, little] = [command('ann', 9, 'quiz'), command('ann', 1)];
    await apply(much, little, command('bob', 5));
    const dryRun = (what: object) => reverse.execute(admin, { reason: 'scripted', dryRun: true, ...what } as never);
    expect(await dryRun({ userId: 'ann' })).toEqual({ reversed: 2, points: 10 });
    expect(await dryRun({ userId: 'ann', action: 'quiz' })).toEqual({ reversed: 1, points: 9 });
    expect(await dryRun({ commandId: much.commandId })).toEqual({ reversed: 1, points: 9 });
    await expect(dryRun({ commandId: randomUUID() })).rejects.toMatchObject({ code: 'unknown-command' });
    await expect(reverse.execute(moderator('scores:write'), { userId: 'ann', reason: 'x', dryRun: true })).rejects.toMatchObject({ code: 'insufficient-scope' });
    expect(await board()).toEqual(['ann 10', 'bob 5']);
    expect(await acts()).toEqual([]);

    expect(await reverse.execute(admin, { userId: 'ann', reason: 'scripted', dryRun: false })).toEqual({ reversed: 2, points: 10 });
    expect(await dryRun({ userId: 'ann' })).toEqual({ reversed: 0, points: 0 });
  });

  it('lists hidden users with reason and moderator, in pages, only for moderators', async () => {
    const list = new ListHidden(adjustments, { report: (what: string) => void reported.push(what) });
    for (const user of ['ann', 'bob', 'cyd']) await hide.execute(admin, user, true, `${user} cheated`);
    const first = await list.execute(admin.identity, 2);
    expect(first.items.map(({ userId, reason, by }) => [userId, reason, by])).toEqual([['cyd', 'cyd cheated', 'mod'], ['bob', 'bob cheated', 'mod']]);
    const last = await list.execute(admin.identity, 2, first.next);
    expect(last).toEqual({ items: [expect.objectContaining({ userId: 'ann' })] });
    await expect(list.execute(moderator('scores:write:any').identity, 2)).rejects.toMatchObject({ code: 'insufficient-scope' });
  });

  it('hides a user and shows the user again, and records both with their reasons', async () => {
    await apply(command('ann', 9), command('bob', 5));
    await hide.execute(admin, 'ann', true, 'cheated');
    expect(await board()).toEqual(['bob 5']);
    expect((await leaderboard.places(['ann']))[0]).toMatchObject({ score: 9, rank: null });
    await apply(command('ann', 1));
    expect(await board()).toEqual(['bob 5']);
    await hide.execute(admin, 'ann', false, 'it was a mistake');
    expect(await board()).toEqual(['ann 10', 'bob 5']);
    expect(await acts()).toEqual([
      { act: 'hide', actor: 'mod', target: 'ann', reason: 'cheated' },
      { act: 'unhide', actor: 'mod', target: 'ann', reason: 'it was a mistake' },
    ]);
  });

  it('keeps a user hidden after a rebuild who has never scored', async () => {
    await hide.execute(admin, 'new', true, 'an impostor');
    await apply(command('new', 9), command('bob', 5));
    expect(await board()).toEqual(['bob 5']);
    await new RebuildLeaderboard(ledger, leaderboard, feed).execute();
    expect(await board()).toEqual(['bob 5']);
  });

  it('reaches the leaderboard through FollowLedger if the leaderboard was unavailable', async () => {
    const follow = new FollowLedger(ledger, leaderboard, new RebuildLeaderboard(ledger, leaderboard, feed), feed);
    const much = command('ann', 9);
    await apply(much, command('bob', 5), command('cyd', 2));
    leaderboard.isAway = true;
    expect(await reverse.execute(admin, { commandId: much.commandId, reason: 'scripted' })).toEqual({ reversed: 1, points: 9 });
    await hide.execute(admin, 'bob', true, 'cheated');
    expect(await board()).toEqual(['ann 9', 'bob 5', 'cyd 2']);
    leaderboard.isAway = false;
    await follow.look();
    await follow.look();
    expect(await board()).toEqual(['cyd 2']);
    expect(reported).toEqual(['standings were not projected', 'standings were not projected']);
  });

  it('changes and records nothing without the scope', async () => {
    const once = command('ann', 9);
    await apply(once);
    const player = moderator('scores:write', 'scores:write:any', 'actions:issue');
    await expect(reverse.execute(player, { commandId: once.commandId, reason: 'x' })).rejects.toMatchObject({ code: 'insufficient-scope' });
    await expect(hide.execute(player, 'ann', true, 'x')).rejects.toMatchObject({ code: 'insufficient-scope' });
    expect(await board()).toEqual(['ann 9']);
    expect(await acts()).toEqual([]);
  });

  it('changes nothing if the audit log cannot be written', async () => {
    const once = command('ann', 9);
    await apply(once);
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const errors = { report: (what: string) => void reported.push(what) };
    const blind = [new PostgresAuditLog(away), adjustments, projection, errors] as const;
    await expect(new ReverseScores(...blind).execute(admin, { commandId: once.commandId, reason: 'x' })).rejects.toMatchObject({ code: 'ledger-unavailable' });
    await expect(new HideUser(...blind).execute(admin, 'ann', true, 'x')).rejects.toMatchObject({ code: 'ledger-unavailable' });
    expect(await board()).toEqual(['ann 9']);
    expect(await ledger.standing('ann')).toMatchObject({ score: 9, hidden: false });
    await away.onApplicationShutdown();
  });
});
