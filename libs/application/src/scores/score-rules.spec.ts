import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type Identity, Refusal, ScoreboardEvents, type ScoreCommand } from '@scoreboard/domain';
import { EmbeddedBoardFeed, EmbeddedScoreQueue, MemoryActionCounts, MemoryDecidedIncrements, MemoryIdempotencyStore, MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { PostgresGuestClaims, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { closeRedis, connectRedis, RedisDecidedIncrements, RedisIdempotencyStore } from '@scoreboard/infrastructure/redis';
import type { RedisClientType } from 'redis';
import { connected, describeWith, useDatabase } from '../../../../test/support';
import { RebuildLeaderboard } from '../leaderboard/rebuild-leaderboard';
import { ProjectStandings } from '../leaderboard/project-standings';
import { BoardCache } from '../live/board-cache';
import { ActionRules } from './action-rules';
import { ApplyScores } from './apply-scores';
import { AwaitApplied } from './await-applied';
import type { DecidedIncrements } from './decided-increments';
import { FindOutcome } from './find-outcome';
import { IdempotencyCheck } from './idempotency-check';
import type { IdempotencyStore } from './idempotency-store';
import type { ScoreQueue } from './score-queue';
import { type BeforeSubmit, ScoreRules } from './score-rules';
import { SubmitScore } from './submit-score';

const ann: Identity = { issuer: 'iss', subject: 'ann', userId: 'ann', scopes: new Set(['scores:write']), expiresAt: 0 };
const MAX = 1_000;

interface Memory {
  readonly keys: IdempotencyStore;
  readonly increments: DecidedIncrements;
}

const rule = (beforeSubmit: BeforeSubmit['beforeSubmit']): BeforeSubmit => ({ beforeSubmit });
const times = (factor: number) => rule(async ({ command }) => ({ scoreIncrement: command.scoreIncrement * factor }));
/** Decides another increment each time it is asked. */
function fickle() {
  let asked = 0;
  return Object.assign(rule(() => ({ scoreIncrement: ++asked })), { asked: () => asked });
}

/** Rules on their way through `SubmitScore`, with a `remember` that returns an empty memory of keys and decisions. */
function rulesSuite(remember: () => Promise<Memory>): void {
  beforeAll(() => Logger.overrideLogger(false));
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  let queue: EmbeddedScoreQueue;
  let memory: Memory;
  let delivered: ScoreCommand[];
  let reported: string[];
  let wait: AwaitApplied;
  const find = new FindOutcome(ledger);
  const errors = { report: (what: string, error: unknown) => void reported.push(`${what}: ${error instanceof Error ? error.message : String(error)}`) };

  const make = (rules: readonly BeforeSubmit[], { keys, increments }: Memory = memory, into: ScoreQueue = queue) => {
    const all = new ScoreRules(MAX, increments, errors);
    rules.forEach((one, i) => all.add(`Rule${i}`, one));
    const check = new IdempotencyCheck(keys, find, all, increments, errors);
    return new SubmitScore(new ActionRules({ requireActionToken: false }, new MemoryActionCounts()), check, all, into, wait, new ScoreboardEvents());
  };
  const raise = (by: SubmitScore, scoreIncrement: number, key?: string, waitMs = 0) => by.execute(ann, { userId: 'ann', scoreIncrement, key, waitMs });

  beforeEach(async () => {
    await database.query('TRUNCATE score_event, score_total, score_rejection');
    [delivered, reported] = [[], []];
    const [leaderboard, feed] = [new MemoryLeaderboard(), new EmbeddedBoardFeed()];
    await new RebuildLeaderboard(ledger, leaderboard, feed).execute();
    const apply = new ApplyScores(ledger, new ProjectStandings(leaderboard, feed, errors, new ScoreboardEvents()), new ScoreboardEvents(), new PostgresGuestClaims(database));
    queue = new EmbeddedScoreQueue({ submitTimeoutMs: 10_000 });
    wait = new AwaitApplied(find, leaderboard, new BoardCache(leaderboard, feed, new ScoreboardEvents()), errors);
    memory = await remember();
    await queue.consume((commands) => {
      delivered.push(...commands);
      return apply.execute(commands);
    });
  });
  afterEach(() => queue.onApplicationShutdown());
  const total = async () => (await ledger.standing('ann'))?.score;

  it('asks each rule in order, with the increment as changed by the former ones, and counts the last one', async () => {
    const seen: number[] = [];
    const watch = rule(({ command }) => void seen.push(command.scoreIncrement));
    const submit = make([watch, times(2), watch, times(3), watch]);
    expect(await raise(submit, 5, undefined, 5_000)).toMatchObject({ scoreIncrement: 30, status: 'applied', score: 30 });
    expect(seen).toEqual([5, 10, 30]);
    expect(delivered.map(({ scoreIncrement }) => scoreIncrement)).toEqual([30]);
  });

  it('returns the first receipt to a retry, with the increment that counted, and does not ask the rules again', async () => {
    const changing = fickle();
    const submit = make([changing]);
    const key = randomUUID();
    const first = await raise(submit, 10, key, 5_000);
    expect(first).toMatchObject({ scoreIncrement: 1, score: 1 });
    expect(await raise(submit, 10, key)).toEqual(first);
    expect(await raise(submit, 10, key, 5_000)).toEqual(first);
    expect([changing.asked(), await total()]).toEqual([1, 1]);
  });

  it('compares the bodies of clients, not the increments that counted', async () => {
    const submit = make([times(2)]);
    const key = randomUUID();
    await raise(submit, 5, key);
    for (const other of [10, 6]) await expect(raise(submit, other, key)).rejects.toMatchObject({ code: 'key-reused' });
    expect(await raise(submit, 5, key)).toMatchObject({ scoreIncrement: 10, status: 'applied' });
    expect(await total()).toBe(10);
  });

  it('counts the first decision if the confirm of the first try was lost', async () => {
    const changing = fickle();
    const key = randomUUID();
    const lossy = { submit: async () => { throw new Refusal('queue-unavailable', { outcome: 'unknown' }); } } as unknown as ScoreQueue;
    await expect(raise(make([changing], memory, lossy), 10, key)).rejects.toMatchObject({ code: 'queue-unavailable' });
    expect(await raise(make([changing]), 10, key)).toMatchObject({ scoreIncrement: 1, status: 'accepted' });
    expect([changing.asked(), await total()]).toEqual([1, 1]);
  });

  it('returns one receipt to concurrent requests with one key, whatever each of them was decided', async () => {
    const submit = make([fickle()]);
    const key = randomUUID();
    const receipts = await Promise.all(Array.from({ length: 20 }, () => raise(submit, 10, key, 5_000)));
    expect(new Set(receipts.map(({ commandId, scoreIncrement }) => `${commandId} ${scoreIncrement}`)).size).toBe(1);
    expect(await total()).toBe(receipts[0]!.scoreIncrement);
  });

  it('returns the first receipt even if keys and decisions were lost', async () => {
    const changing = fickle();
    const key = randomUUID();
    const first = await raise(make([changing]), 10, key, 5_000);
    expect(await raise(make([changing], await remember()), 10, key)).toEqual(first);
    expect(await total()).toBe(1);
  });

  it('returns the first receipt after the rules were removed', async () => {
    const key = randomUUID();
    const first = await raise(make([times(2)]), 5, key, 5_000);
    expect(await raise(make([]), 5, key)).toEqual(first);
    await expect(raise(make([]), 10, key)).rejects.toMatchObject({ code: 'key-reused' });
    expect(await total()).toBe(10);
  });

  it('passes on the refusal of a rule, queues nothing, and asks again at the next try', async () => {
    let isOpen = false;
    const submit = make([rule(() => { if (!isOpen) throw new Refusal('rate-limited', { detail: 'The shop is closed.' }); })]);
    const key = randomUUID();
    await expect(raise(submit, 5, key)).rejects.toMatchObject({ code: 'rate-limited', message: 'The shop is closed.' });
    expect([delivered, reported]).toEqual([[], []]);
    isOpen = true;
    expect(await raise(submit, 5, key)).toMatchObject({ status: 'accepted' });
    expect(await total()).toBe(5);
  });

  it.each<[what: string, beforeSubmit: () => unknown, said: string]>([
    ['throws', () => { throw new Error('no database'); }, 'no database'],
    ['rejects', async () => { throw new TypeError('x is undefined'); }, 'x is undefined'],
    ['never answers', () => new Promise(() => undefined), 'no answer within 2000 ms'],
    ['fails after its time', () => new Promise((_, reject) => { setTimeout(reject, 2_050, new Error('late')); }), 'no answer within 2000 ms'],
    ['changes the command', (...[update]: unknown[]) => { (update as { command: { scoreIncrement: number } }).command.scoreIncrement = 9; }, 'Cannot assign to read only property'],
    ...[0, -1, 1.5, MAX + 1, NaN, '5', undefined].map((scoreIncrement): [string, () => unknown, string] => [`answers an increment of ${String(scoreIncrement)}`, () => ({ scoreIncrement }), 'expected nothing or { scoreIncrement: <a whole number from 1 to 1000> }']),
    ['answers null', () => null, 'expected nothing or { scoreIncrement: <a whole number from 1 to 1000> }, received null'],
    ['answers false', () => false, 'expected nothing or { scoreIncrement: <a whole number from 1 to 1000> }, received false'],
  ])('refuses the update if a rule %s, and counts it once when the rule works again', async (_what, beforeSubmit, said) => {
    const key = randomUUID();
    const submit = make([times(1), rule(beforeSubmit as BeforeSubmit['beforeSubmit'])]);
    await expect(raise(submit, 5, key)).rejects.toMatchObject({ code: 'rule-failed', details: { outcome: 'refused', retryAfter: 1 } });
    expect(reported).toEqual([expect.stringContaining(`the score rule Rule1 failed: ${said}`)]);
    expect(delivered).toEqual([]);
    expect(await raise(make([times(2)]), 5, key)).toMatchObject({ scoreIncrement: 10 });
    expect(await total()).toBe(10);
  });

  it('asks no rule for an update that is refused before', async () => {
    const changing = fickle();
    await expect(make([changing]).execute(ann, { userId: 'bob', scoreIncrement: 5, waitMs: 0 })).rejects.toMatchObject({ code: 'foreign-user' });
    expect(changing.asked()).toBe(0);
  });

  it('queues the very command at once if there are no rules', async () => {
    const queued: ScoreCommand[] = [];
    const direct = { submit: async (command: ScoreCommand) => void queued.push(command) } as unknown as ScoreQueue;
    const untouched = new Proxy({} as DecidedIncrements, { get: (_target, name) => { throw new Error(`${String(name)} was called`); } });
    const answer = raise(make([], { keys: memory.keys, increments: untouched }, direct), 5);
    await new Promise(setImmediate);
    expect(queued).toHaveLength(1); // in the same turn: nothing was waited for
    await answer;
    await raise(make([], { keys: memory.keys, increments: untouched }, direct), 5, randomUUID());
    expect(queued).toHaveLength(2);
    expect(Object.isFrozen(queued[0])).toBe(false);
  });
}

describe('rules that are remembered in memory', () => rulesSuite(async () => ({ keys: new MemoryIdempotencyStore(), increments: new MemoryDecidedIncrements() })));

describeWith('TEST_REDIS_URL', 'rules that are remembered in Redis', () => {
  const prefixes: string[] = [];
  let client: RedisClientType;
  beforeAll(async () => {
    client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'rules-spec' });
    await connected(client);
  });
  afterAll(async () => {
    for (const prefix of prefixes) for await (const page of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) if (page.length) await client.unlink(page);
    await closeRedis(client);
  });

  rulesSuite(async () => {
    const prefix = `test:{${randomUUID()}}:`;
    prefixes.push(prefix);
    return { keys: new RedisIdempotencyStore({ client, prefix, answerMs: 10_000 }), increments: new RedisDecidedIncrements({ client, prefix, answerMs: 10_000 }) };
  });
});
