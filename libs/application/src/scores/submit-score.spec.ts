import { type Identity, MAX_TOTAL, Refusal, ScoreboardEvents, type ScoreCommand } from '@scoreboard/domain';
import { Logger } from '@nestjs/common';
import { EmbeddedBoardFeed, EmbeddedScoreQueue, MemoryActionCounts, MemoryDecidedIncrements, MemoryIdempotencyStore, MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { Database, PostgresGuestClaims, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { ActionCounts } from './action-counts';
import { ActionPolicy } from './action-policy';
import { ActionRules } from './action-rules';
import { ApplyScores } from './apply-scores';
import { AwaitApplied } from './await-applied';
import { IdempotencyStore } from './idempotency-store';
import { FindOutcome } from './find-outcome';
import { BoardCache } from '../live/board-cache';
import { ProjectStandings } from '../leaderboard/project-standings';
import { RebuildLeaderboard } from '../leaderboard/rebuild-leaderboard';
import { IdempotencyCheck } from './idempotency-check';
import { ScoreQueue } from './score-queue';
import { ScoreRules } from './score-rules';
import { SubmitScore } from './submit-score';
import { useDatabase } from '../../../../test/support';

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
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  const find = new FindOutcome(ledger);
  let queue: EmbeddedScoreQueue;
  let boardCache: BoardCache;
  let submit: SubmitScore;
  let awaitApplied: AwaitApplied;
  let reported: string[];
  let delivered: ScoreCommand[];
  let events: ScoreboardEvents;

  const errors = { report: (what: string) => void reported.push(what) };
  /** The same system with an empty idempotency store, as after a restart. */
  const withFreshKeys = () => make({});
  const make = ({ policy = { requireActionToken: false } as ActionPolicy, counts = new MemoryActionCounts() as ActionCounts, keys = new MemoryIdempotencyStore() as IdempotencyStore, findOutcome = find, into = queue as ScoreQueue, wait = awaitApplied }) => {
    const increments = new MemoryDecidedIncrements();
    const rules = new ScoreRules(1_000, increments, errors);
    return new SubmitScore(new ActionRules(policy, counts), new IdempotencyCheck(keys, findOutcome, rules, increments, errors), rules, into, wait, events);
  };
  const raise = (scoreIncrement: number, more: { key?: string; waitMs?: number; userId?: string } = {}, who = ann, by = submit) =>
    by.execute(who, { userId: 'ann', scoreIncrement, waitMs: 0, ...more });

  beforeEach(async () => {
    await database.query('TRUNCATE score_event, score_total, score_rejection');
    reported = [];
    events = new ScoreboardEvents();
    delivered = [];
    const [leaderboard, feed] = [new MemoryLeaderboard(), new EmbeddedBoardFeed()];
    await new RebuildLeaderboard(ledger, leaderboard, feed).execute();
    const apply = new ApplyScores(ledger, new ProjectStandings(leaderboard, feed, errors, new ScoreboardEvents()), new ScoreboardEvents(), new PostgresGuestClaims(database));
    queue = new EmbeddedScoreQueue({ submitTimeoutMs: 10_000 });
    boardCache = new BoardCache(leaderboard, feed, new ScoreboardEvents());
    boardCache.start();
    awaitApplied = new AwaitApplied(find, leaderboard, boardCache, errors);
    submit = withFreshKeys();
    await queue.consume((commands) => {
      delivered.push(...commands);
      return apply.execute(commands);
    });
  });
  afterEach(async () => {
    await queue.onApplicationShutdown();
    await boardCache.stop();
  });

  it('returns a receipt for a durable command, with a new command id for each request without a key', async () => {
    const [first, second] = [await raise(5), await raise(5)];
    expect(first).toEqual({ commandId: expect.any(String), userId: 'ann', scoreIncrement: 5, status: 'accepted' });
    expect(second.commandId).not.toBe(first.commandId);
    expect(await ledger.standing('ann')).toMatchObject({ score: 10 });
    expect(delivered[0]).toEqual({ commandId: first.commandId, userId: 'ann', scoreIncrement: 5, acceptedAt: expect.any(Number) });
  });

  it('waits if requested, then returns total and rank, which reads in this process show from then on', async () => {
    await raise(7, { userId: 'bob' }, game);
    const receipt = await raise(5, { waitMs: 5_000 });
    expect(receipt).toMatchObject({ status: 'applied', score: 5, rank: 2 });
    expect(boardCache.current()?.entries[1]).toEqual({ rank: 2, userId: 'ann', score: 5 });
    expect(await raise(5, { waitMs: 5_000 })).toMatchObject({ status: 'applied', score: 10, rank: 1 });
  });

  it('counts a repeated key once and returns the first receipt with the current status', async () => {
    const first = await raise(5, { key: 'k' });
    await raise(2);
    const again = await raise(5, { key: 'k' });
    expect(again).toEqual({ commandId: first.commandId, userId: 'ann', scoreIncrement: 5, status: 'applied', score: 5, rank: 1 });
    expect(await ledger.standing('ann')).toMatchObject({ score: 7 });
  });

  it('returns the same receipt to concurrent requests with one key', async () => {
    const receipts = await Promise.all(Array.from({ length: 20 }, () => raise(5, { key: 'race' })));
    expect(new Set(receipts.map(({ commandId }) => commandId)).size).toBe(1);
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
  });

  it('refuses a key with another body, even if the store was lost in a restart', async () => {
    await raise(5, { key: 'k' });
    await expect(raise(6, { key: 'k' })).rejects.toMatchObject({ code: 'key-reused' });
    await expect(raise(6, { key: 'k' }, ann, withFreshKeys())).rejects.toMatchObject({ code: 'key-reused' });
    expect(await raise(5, { key: 'k' }, ann, withFreshKeys())).toMatchObject({ status: 'applied', score: 5 });
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
  });

  it('accepts the first body again after another body was claimed first since a restart', async () => {
    const first = await raise(5, { key: 'k', waitMs: 5_000 });
    const restarted = withFreshKeys();
    await expect(raise(6, { key: 'k' }, ann, restarted)).rejects.toMatchObject({ code: 'key-reused' });
    expect(await raise(5, { key: 'k' }, ann, restarted)).toEqual(first);
  });

  it('refuses a rejected update with its reason, after the wait and at each retry', async () => {
    await raise(MAX_TOTAL);
    const rejected = { code: 'rejected', message: 'The user\'s total would exceed 9007199254740991.', details: { reason: 'total-limit', commandId: expect.any(String) } };
    await expect(raise(1, { waitMs: 5_000 })).rejects.toMatchObject(rejected);
    await expect(raise(1, { key: 'k', waitMs: 5_000 })).rejects.toMatchObject(rejected);
    await expect(raise(1, { key: 'k', waitMs: 5_000 })).rejects.toMatchObject(rejected);
    await expect(raise(1, { key: 'k' }, ann, withFreshKeys())).rejects.toMatchObject(rejected);
    await expect(raise(2, { key: 'k' }, ann, withFreshKeys())).rejects.toMatchObject({ code: 'key-reused' });
    expect(await raise(1, { key: 'l' })).toMatchObject({ status: 'accepted' });
    await expect(raise(1, { key: 'l' })).rejects.toMatchObject(rejected);
    expect(await ledger.standing('ann')).toMatchObject({ score: MAX_TOTAL });
  });

  it('refuses another body under a used key that only the ledger detects', async () => {
    await raise(5, { key: 'k' });
    const forgetful = make({ keys: { claim: async () => 'first' } });
    await expect(raise(6, { key: 'k', waitMs: 5_000 }, ann, forgetful)).rejects.toMatchObject({ code: 'key-reused' });
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
  });

  it('queues the updates of a batch in one turn, in their order, with a result for each', async () => {
    const inTurn: number[] = [];
    const into = Object.assign(Object.create(queue) as ScoreQueue, { submit: (given: ScoreCommand) => (inTurn.push(given.scoreIncrement), queue.submit(given)) });
    const counting = make({ into });
    await raise(9, { key: 'old' }, game, counting);
    const batch = [{ key: 'a' }, {}, { key: 'old' }, { key: 'old' }, { key: 'b' }].map((more, i) => ({ userId: 'ann', scoreIncrement: i === 3 ? 9 : i + 1, waitMs: 0, ...more }));
    inTurn.length = delivered.length = 0;
    const settled = await counting.executeAll(game, batch);
    expect([inTurn, delivered.map(({ scoreIncrement }) => scoreIncrement)]).toEqual([[1, 2, 5], [1, 2, 5]]);
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value.status : one.reason.code))).toEqual(['accepted', 'accepted', 'key-reused', 'applied', 'accepted']);
    await expect(counting.executeAll(ann, batch)).rejects.toMatchObject({ code: 'insufficient-scope' });
  });

  it('scopes a key to issuer and subject', async () => {
    const receipts = [
      await raise(5, { key: 'k' }),
      await raise(5, { key: 'k' }, game),
      await raise(5, { key: 'k' }, { ...ann, issuer: 'other' }),
    ];
    expect(new Set(receipts.map(({ commandId }) => commandId)).size).toBe(3);
  });

  it('counts an action token once, whatever the key, and returns the first receipt', async () => {
    const receipts = await Promise.all(Array.from({ length: 10 }, (_, i) => raise(50, { key: `k${i}` }, withToken('t1'))));
    receipts.push(await raise(50, {}, withToken('t1')), await raise(50, {}, withToken('t1'), withFreshKeys()));
    expect(new Set(receipts.map(({ commandId }) => commandId)).size).toBe(1);
    expect(receipts.at(-1)).toMatchObject({ status: 'applied', score: 50 });
    expect(await ledger.history('ann', 5)).toMatchObject([{ action: 'kill', scoreIncrement: 50 }]);
  });

  it('refuses an action token that was used with another body, even if the store was lost', async () => {
    await raise(50, {}, withToken('t1'));
    await expect(raise(49, {}, withToken('t1'))).rejects.toMatchObject({ code: 'key-reused' });
    await expect(raise(49, { key: 'k' }, withToken('t1'), withFreshKeys())).rejects.toMatchObject({ code: 'key-reused' });
    expect(await ledger.standing('ann')).toMatchObject({ score: 50 });
  });

  it('treats the same token id of another issuer or subject as another token', async () => {
    await raise(5, {}, withToken('t1'));
    await raise(5, {}, withToken('t1', { issuer: 'other' }));
    await raise(5, {}, withToken('t1', { subject: 'ann-2' }));
    expect(await ledger.standing('ann')).toMatchObject({ score: 15 });
  });

  it('accepts players only with an action token if required, and trusted services without one', async () => {
    const strict = make({ policy: { requireActionToken: true } });
    await expect(raise(5, {}, ann, strict)).rejects.toMatchObject({ code: 'action-token-required' });
    await raise(5, {}, withToken('t1'), strict);
    await raise(5, {}, game, strict);
    expect(await ledger.standing('ann')).toMatchObject({ score: 10 });
  });

  it('enforces the limits of each action, and accepts repeated commands again', async () => {
    const actionLimits = new Map([['kill', { maxIncrement: 20, perMinute: 2 }]]);
    const strict = make({ policy: { requireActionToken: false, actionLimits }, findOutcome: new FindOutcome(ledger) });
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

  it('accepts a repeated command that cannot be looked up, even if the limit is reached', async () => {
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const policy = { requireActionToken: false, actionLimits: new Map([['kill', { perMinute: 1 }]]) };
    const blind = make({ policy, findOutcome: new FindOutcome(new PostgresLedger(away)) });
    await raise(5, {}, withToken('t1'), blind);
    await expect(raise(5, {}, withToken('t2'), blind)).rejects.toMatchObject({ code: 'rate-limited' });
    expect(await raise(5, {}, withToken('t1'), blind)).toMatchObject({ status: 'accepted' });
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
    await away.onApplicationShutdown();
  });

  it('records the trusted service that sent an update for another user, but not a player', async () => {
    await raise(1);
    await raise(1, {}, game);
    await raise(1, {}, { ...game, userId: undefined });
    await raise(1, {}, { ...game, issuer: 'other' });
    expect(delivered.map(({ issuedBy }) => issuedBy)).toEqual([undefined, 'game', 'game', 'game']);
    const digests = delivered.map((one) => one.issuerDigest);
    expect(digests).toEqual([undefined, expect.stringMatching(/^[\da-f]{32}$/), digests[1], expect.not.stringMatching(digests[1]!)]);
  });

  it.each([['req-1'], [''], [undefined], ['z'.repeat(32)], ['0'.repeat(32)]])('applies an update whose request id is %p', async (id) => {
    const receipt = await submit.execute(ann, { userId: 'ann', scoreIncrement: 5, waitMs: 5_000, trace: { id: id as string } });
    expect(receipt).toMatchObject({ status: 'applied', score: 5 });
    expect(delivered.map(({ trace }) => trace)).toEqual([undefined]);
    expect(queue.deadLetters).toEqual([]);
  });

  it('returns the receipt even if a listener throws', async () => {
    events.on('command.accepted', () => {
      throw new Error('a log is full');
    });
    expect(await raise(5)).toMatchObject({ status: 'accepted' });
    expect(events.failures).toEqual({ 'command.accepted': 1 });
  });

  it('refuses unauthorized callers before anything is queued or stored', async () => {
    await expect(raise(5, { key: 'k', userId: 'bob' })).rejects.toMatchObject({ code: 'foreign-user' });
    await expect(raise(5, { key: 'k' }, { ...ann, scopes: new Set() })).rejects.toMatchObject({ code: 'insufficient-scope' });
    expect(delivered).toEqual([]);
    expect(await raise(6, { key: 'k' })).toMatchObject({ status: 'accepted' });
  });

  it('passes on the refusal of the queue, and accepts the same key afterwards', async () => {
    const closed = new EmbeddedScoreQueue();
    await closed.onApplicationShutdown();
    const keys = new MemoryIdempotencyStore();
    const refused = make({ into: closed, keys });
    await expect(raise(5, { key: 'k' }, ann, refused)).rejects.toEqual(expect.any(Refusal));
    await expect(raise(5, { key: 'k' }, ann, refused)).rejects.toMatchObject({ code: 'queue-unavailable', details: { outcome: 'refused' } });
    expect(await raise(5, { key: 'k' }, ann, make({ keys }))).toMatchObject({ status: 'accepted' });
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
  });

  it('queues a repeated command again and reports the error while the ledger is unavailable', async () => {
    await raise(5, { key: 'k' });
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const blind = make({ findOutcome: new FindOutcome(new PostgresLedger(away)) });
    expect(await raise(5, { key: 'k' }, ann, blind)).toMatchObject({ status: 'accepted' });
    expect(reported).toEqual(['a repeated command cannot be looked up']);
    expect(await ledger.standing('ann')).toMatchObject({ score: 5 });
    await away.onApplicationShutdown();
  });

  it('returns applied without a rank while ranks are being rebuilt', async () => {
    const notReady = new MemoryLeaderboard();
    const unranked = new AwaitApplied(find, notReady, boardCache, errors);
    const receipt = await raise(5, { waitMs: 5_000 }, ann, make({ wait: unranked }));
    expect(receipt).toMatchObject({ status: 'applied', score: 5, rank: null });
  });
});
