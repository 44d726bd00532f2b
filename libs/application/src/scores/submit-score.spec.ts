import { type Identity, Refusal, ScoreboardEvents, type ScoreCommand } from '@scoreboard/domain';
import { Logger } from '@nestjs/common';
import { EmbeddedBoardFeed, EmbeddedScoreQueue, MemoryActionCounts, MemoryIdempotencyStore, MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { Database, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { ActionCounts } from './action-counts';
import { ActionPolicy } from './action-policy';
import { ActionRules } from './action-rules';
import { ApplyScores } from './apply-scores';
import { AwaitApplied } from './await-applied';
import { FindOutcome } from './find-outcome';
import { BoardCache } from '../live/board-cache';
import { ProjectStandings } from '../leaderboard/project-standings';
import { RebuildLeaderboard } from '../leaderboard/rebuild-leaderboard';
import { IdempotencyCheck } from './idempotency-check';
import { ScoreQueue } from './score-queue';
import { SubmitScore } from './submit-score';
import { useEmbeddedDatabase } from '../../../../test/support';

const ann: Identity = { issuer: 'iss', subject: 'ann', userId: 'ann', scopes: new Set(['scores:write']), expiresAt: 0 };
const game: Identity = { ...ann, subject: 'game', userId: 'game', scopes: new Set(['scores:write:any']) };

const withToken = (tokenId: string, more: Partial<Identity> = {}): Identity => ({
  ...ann,
  scopes: new Set(),
  actionGrant: { action: 'kill', maxIncrement: 50, tokenId },
  ...more,
});

describe('SubmitScore', () => {
  beforeAll(() => Logger.overrideLogger(false));
  const database = useEmbeddedDatabase();
  const ledger = new PostgresLedger(database);
  const find = new FindOutcome(ledger);
  let queue: EmbeddedScoreQueue;
  let live: BoardCache;
  let submit: SubmitScore;
  let applied: AwaitApplied;
  let reported: string[];
  let delivered: ScoreCommand[];

  const faults = { report: (what: string) => void reported.push(what) };
  /** The same system with another memory of keys, as after a restart. */
  const withFreshKeys = () => make({});
  const make = ({ policy = { requireActionToken: false } as ActionPolicy, counts = new MemoryActionCounts() as ActionCounts, keys = new MemoryIdempotencyStore(), look = find, into = queue as ScoreQueue, wait = applied }) =>
    new SubmitScore(new ActionRules(policy, counts), new IdempotencyCheck(keys, look, faults), into, wait, new ScoreboardEvents());
  const raise = (scoreIncrement: number, more: { key?: string; waitMs?: number; userId?: string } = {}, who = ann, by = submit) =>
    by.execute(who, { userId: 'ann', scoreIncrement, waitMs: 0, ...more });

  beforeEach(async () => {
    await database.query('TRUNCATE score_event, score_total, score_rejection');
    reported = [];
    delivered = [];
    const [leaderboard, feed] = [new MemoryLeaderboard(), new EmbeddedBoardFeed()];
    await new RebuildLeaderboard(ledger, leaderboard, feed).execute();
    const apply = new ApplyScores(ledger, new ProjectStandings(leaderboard, feed, faults, new ScoreboardEvents()), new ScoreboardEvents());
    queue = new EmbeddedScoreQueue({ submitTimeoutMs: 10_000 });
    live = new BoardCache(leaderboard, feed, new ScoreboardEvents());
    applied = new AwaitApplied(find, leaderboard, live, faults);
    submit = withFreshKeys();
    await queue.consume((commands) => {
      delivered.push(...commands);
      return apply.execute(commands);
    });
  });
  afterEach(() => queue.onApplicationShutdown());

  it('gives a receipt for a durable command, each without a key its own', async () => {
    const [first, second] = [await raise(5), await raise(5)];
    expect(first).toEqual({ commandId: expect.any(String), userId: 'ann', scoreIncrement: 5, status: 'accepted' });
    expect(second.commandId).not.toBe(first.commandId);
    expect(await ledger.standing('ann')).toMatchObject({ score: 10 });
    expect(delivered[0]).toEqual({ commandId: first.commandId, userId: 'ann', scoreIncrement: 5 });
  });

  it('waits where asked, and then tells total and rank, which this process shows from then on', async () => {
    await raise(7, { userId: 'bob' }, game);
    const receipt = await raise(5, { waitMs: 5_000 });
    expect(receipt).toMatchObject({ status: 'applied', score: 5, rank: 2 });
    expect(live.current()?.entries[1]).toEqual({ rank: 2, userId: 'ann', score: 5 });
    expect(await raise(5, { waitMs: 5_000 })).toMatchObject({ status: 'applied', score: 10, rank: 1 });
  });

  it('counts a repeated key once and gives the first receipt, with its status of now', async () => {
    const first = await raise(5, { key: 'k' });
    await raise(2);
    const again = await raise(5, { key: 'k' });
    expect(again).toEqual({ commandId: first.commandId, userId: 'ann', scoreIncrement: 5, status: 'applied', score: 5, rank: 1 });
    expect(await ledger.standing('ann')).toMatchObject({ score: 7 });
  });

  it('gives all who race with one key the same receipt', async () => {
    const receipts = await Promise.all(Array.from({ length: 20 }, () => raise(5, { key: 'race' })));
    expect(new Set(receipts.map(({ commandId }) => commandId)).size).toBe(1);
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
  });

  it('refuses a key with another body, whatever was forgotten over a restart', async () => {
    await raise(5, { key: 'k' });
    await expect(raise(6, { key: 'k' })).rejects.toMatchObject({ code: 'key-reused' });
    await expect(raise(6, { key: 'k' }, ann, withFreshKeys())).rejects.toMatchObject({ code: 'key-reused' });
    expect(await raise(5, { key: 'k' }, ann, withFreshKeys())).toMatchObject({ status: 'applied', score: 5 });
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
  });

  it('takes the first body again after another one was the first to be claimed since a restart', async () => {
    const first = await raise(5, { key: 'k', waitMs: 5_000 });
    const restarted = withFreshKeys();
    await expect(raise(6, { key: 'k' }, ann, restarted)).rejects.toMatchObject({ code: 'key-reused' });
    expect(await raise(5, { key: 'k' }, ann, restarted)).toEqual(first);
  });

  it('scopes a key to issuer and subject', async () => {
    const receipts = [
      await raise(5, { key: 'k' }),
      await raise(5, { key: 'k' }, game),
      await raise(5, { key: 'k' }, { ...ann, issuer: 'other' }),
    ];
    expect(new Set(receipts.map(({ commandId }) => commandId)).size).toBe(3);
  });

  it('counts an action token once, under whatever keys, and gives the first receipt', async () => {
    const receipts = await Promise.all(Array.from({ length: 10 }, (_, i) => raise(50, { key: `k${i}` }, withToken('t1'))));
    receipts.push(await raise(50, {}, withToken('t1')), await raise(50, {}, withToken('t1'), withFreshKeys()));
    expect(new Set(receipts.map(({ commandId }) => commandId)).size).toBe(1);
    expect(receipts.at(-1)).toMatchObject({ status: 'applied', score: 50 });
    expect(await ledger.history('ann', 5)).toMatchObject([{ action: 'kill', scoreIncrement: 50 }]);
  });

  it('refuses an action token that was used with another body, also after everything was forgotten', async () => {
    await raise(50, {}, withToken('t1'));
    await expect(raise(49, {}, withToken('t1'))).rejects.toMatchObject({ code: 'key-reused' });
    await expect(raise(49, { key: 'k' }, withToken('t1'), withFreshKeys())).rejects.toMatchObject({ code: 'key-reused' });
    expect(await ledger.standing('ann')).toMatchObject({ score: 50 });
  });

  it('takes the same token id of another issuer or subject for another token', async () => {
    await raise(5, {}, withToken('t1'));
    await raise(5, {}, withToken('t1', { issuer: 'other' }));
    await raise(5, {}, withToken('t1', { subject: 'ann-2' }));
    expect(await ledger.standing('ann')).toMatchObject({ score: 15 });
  });

  it('takes players with an action token alone where that is required, and a trusted service as before', async () => {
    const strict = make({ policy: { requireActionToken: true } });
    await expect(raise(5, {}, ann, strict)).rejects.toMatchObject({ code: 'action-token-required' });
    await raise(5, {}, withToken('t1'), strict);
    await raise(5, {}, game, strict);
    expect(await ledger.standing('ann')).toMatchObject({ score: 10 });
  });

  it('holds updates to the limits of their action, and lets what it accepted through again', async () => {
    const actionLimits = new Map([['kill', { maxIncrement: 20, perMinute: 2 }]]);
    const strict = make({ policy: { requireActionToken: false, actionLimits }, look: new FindOutcome(ledger) });
    await expect(raise(21, {}, withToken('t1'), strict)).rejects.toMatchObject({ code: 'action-exceeded' });
    const quiz = { action: 'quiz', maxIncrement: 50, tokenId: 't1' };
    await expect(raise(1, {}, withToken('t1', { actionGrant: quiz }), strict)).rejects.toMatchObject({ code: 'unknown-action' });
    const first = await raise(20, {}, withToken('t1'), strict);
    for (let i = 0; i < 5; i++) await raise(20, {}, withToken('t2'), strict);
    await expect(raise(20, {}, withToken('t3'), strict)).rejects.toMatchObject({
      code: 'rate-limited',
      details: { retryAfter: expect.any(Number), quota: { name: 'action', limit: 2, windowSeconds: 60 } },
    });
    expect(await raise(20, {}, withToken('t1'), strict)).toMatchObject({ commandId: first.commandId, status: 'applied', score: 20 });
    for (let i = 0; i < 5; i++) await raise(20, {}, ann, strict);
    expect(await ledger.standing('ann')).toMatchObject({ score: 140 });
  });

  it('lets an accepted command through that cannot be looked up, also where the limit is reached', async () => {
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const policy = { requireActionToken: false, actionLimits: new Map([['kill', { perMinute: 1 }]]) };
    const blind = make({ policy, look: new FindOutcome(new PostgresLedger(away)) });
    await raise(5, {}, withToken('t1'), blind);
    await expect(raise(5, {}, withToken('t2'), blind)).rejects.toMatchObject({ code: 'rate-limited' });
    expect(await raise(5, {}, withToken('t1'), blind)).toMatchObject({ status: 'accepted' });
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
    await away.onApplicationShutdown();
  });

  it('notes the trusted service that asked for somebody else, and no player', async () => {
    await raise(1);
    await raise(1, {}, game);
    await raise(1, {}, { ...game, userId: undefined });
    expect(delivered.map(({ issuedBy }) => issuedBy)).toEqual([undefined, 'game', 'game']);
  });

  it('refuses who may not, before anything is queued or remembered', async () => {
    await expect(raise(5, { key: 'k', userId: 'bob' })).rejects.toMatchObject({ code: 'foreign-user' });
    await expect(raise(5, { key: 'k' }, { ...ann, scopes: new Set() })).rejects.toMatchObject({ code: 'insufficient-scope' });
    expect(delivered).toEqual([]);
    expect(await raise(6, { key: 'k' })).toMatchObject({ status: 'accepted' });
  });

  it('passes on the queue\'s refusal, after which the same key goes through', async () => {
    const closed = new EmbeddedScoreQueue();
    await closed.onApplicationShutdown();
    const keys = new MemoryIdempotencyStore();
    const refused = make({ into: closed, keys });
    await expect(raise(5, { key: 'k' }, ann, refused)).rejects.toEqual(expect.any(Refusal));
    await expect(raise(5, { key: 'k' }, ann, refused)).rejects.toMatchObject({ code: 'queue-unavailable', details: { outcome: 'refused' } });
    expect(await raise(5, { key: 'k' }, ann, make({ keys }))).toMatchObject({ status: 'accepted' });
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
  });

  it('queues a repeated command again while the ledger cannot be asked, and reports it', async () => {
    await raise(5, { key: 'k' });
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const blind = make({ look: new FindOutcome(new PostgresLedger(away)) });
    expect(await raise(5, { key: 'k' }, ann, blind)).toMatchObject({ status: 'accepted' });
    expect(reported).toEqual(['a repeated command cannot be looked up']);
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
    await away.onApplicationShutdown();
  });

  it('tells applied without a rank while ranks are being rebuilt', async () => {
    const cold = new MemoryLeaderboard();
    const unranked = new AwaitApplied(find, cold, live, faults);
    const receipt = await raise(5, { waitMs: 5_000 }, ann, make({ wait: unranked }));
    expect(receipt).toMatchObject({ status: 'applied', score: 5, rank: null });
  });
});

describe('AwaitApplied', () => {
  it('gives up when the time is over, however many wait and whatever the ledger does', async () => {
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const reported: string[] = [];
    const leaderboard = new MemoryLeaderboard();
    const live = new BoardCache(leaderboard, new EmbeddedBoardFeed(), new ScoreboardEvents());
    const applied = new AwaitApplied(new FindOutcome(new PostgresLedger(away)), leaderboard, live, { report: (what) => void reported.push(what) });
    const id = 'c0ffee00-0000-4000-8000-000000000000';
    expect(await Promise.all([applied.outcome(id, 50), applied.outcome(id, 80)])).toEqual([undefined, undefined]);
    expect(new Set(reported)).toEqual(new Set(['commands that are waited for cannot be looked up']));
    await away.onApplicationShutdown();
  });
});
