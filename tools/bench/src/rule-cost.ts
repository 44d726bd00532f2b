import { once } from 'node:events';
import { ActionRules, type AwaitApplied, type BeforeSubmit, type DecidedIncrements, FindOutcome, IdempotencyCheck, type IdempotencyStore, newRequestId, type ScoreQueue, ScoreRules, SubmitScore } from '@scoreboard/application';
import { type Identity, ScoreboardEvents, type ScoreLedger } from '@scoreboard/domain';
import { startRedis, table } from '@scoreboard/harness';
import { MemoryActionCounts, MemoryDecidedIncrements, MemoryIdempotencyStore } from '@scoreboard/infrastructure/in-process';
import { closeRedis, connectRedis, RedisDecidedIncrements, RedisIdempotencyStore } from '@scoreboard/infrastructure/redis';
import { say } from '../../driver/src/command-line';
import { META } from '../../driver/src/redis';
import { type Finding, runBenchmark } from './benchmark';
import { median } from './statistics';

/** Updates of one run, those under way at a time, and how often each case is measured, in turns with the others. */
const UPDATES = 20_000;
const CONCURRENT = 64;
const ROUNDS = 9;

const ann: Identity = { issuer: 'bench', subject: 'ann', userId: 'ann', scopes: new Set(['scores:write']), expiresAt: 0 };
const RULES: readonly (BeforeSubmit | undefined)[] = [undefined, { beforeSubmit: () => undefined }, { beforeSubmit: async () => undefined }];

type Memory = readonly [keys: IdempotencyStore, increments: DecidedIncrements];

/** The use case as the api has it; the queue confirms at once, so that what is measured is what stands before it. */
function submitWith([keys, increments]: Memory, rule?: BeforeSubmit): SubmitScore {
  const errors = { report: (what: string, error: unknown) => { throw new Error(what, { cause: error }); } };
  const rules = new ScoreRules(1_000, increments, errors);
  if (rule) rules.add('Empty', rule);
  const ledger = { outcomes: async () => [] } as unknown as ScoreLedger;
  const check = new IdempotencyCheck(keys, new FindOutcome(ledger), rules, increments, errors);
  const queue = { submit: async () => undefined } as unknown as ScoreQueue;
  return new SubmitScore(new ActionRules({ requireActionToken: false }, new MemoryActionCounts()), check, rules, queue, {} as AwaitApplied, new ScoreboardEvents());
}

/** µs of CPU of this process for one update. */
async function cpuOf(submit: SubmitScore, hasKey: boolean): Promise<number> {
  const before = process.cpuUsage();
  let left = UPDATES;
  const worker = async () => {
    while (left-- > 0) await submit.execute(ann, { userId: 'ann', scoreIncrement: 1, waitMs: 0, ...(hasKey && { key: newRequestId() }) });
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / UPDATES;
}

/** One row of the table: without a rule, and what an empty one adds. Rounds alternate, so a busy machine slows all of them. */
async function row(what: string, memory: Memory, hasKey: boolean): Promise<string[]> {
  say(`${what} …`);
  const variants = RULES.map((rule) => ({ submit: submitWith(memory, rule), taken: [] as number[] }));
  for (const { submit } of variants) await cpuOf(submit, hasKey);
  for (let round = 0; round < ROUNDS; round++) for (const { submit, taken } of variants) taken.push(await cpuOf(submit, hasKey));
  const [none, ...rules] = variants.map(({ taken }) => taken) as [number[], number[], number[]];
  const added = rules.map((taken) => median(taken.map((cpu, round) => cpu - none[round]!)));
  return [what, ...[median(none), ...added].map((each) => each.toFixed(1))];
}

async function bench(): Promise<Finding> {
  const redis = await startRedis();
  const client = connectRedis(redis.url, { name: 'bench' });
  if (!client.isReady) await once(client, 'ready');
  await client.hSet(META, 'ranking', '1'); // as after the start: keys that are new are known to be
  const inProcess: Memory = [new MemoryIdempotencyStore(), new MemoryDecidedIncrements()];
  const inRedis: Memory = [new RedisIdempotencyStore({ client }), new RedisDecidedIncrements({ client })];
  const rows = [
    await row('without a key', inProcess, false),
    await row('with a key, remembered in this process', inProcess, true),
    await row('with a key, remembered in Redis', inRedis, true),
  ];
  await closeRedis(client);
  await redis.stop();
  return { report: [table(['µs of CPU an update, before the queue', 'no rule', 'an empty rule adds', 'an empty asynchronous rule adds'], rows)] };
}

const DESCRIPTION = 'Measures the CPU time that an empty score rule adds to an update, with keys in this process and in a private Redis.';
runBenchmark({ script: 'bench:rules', description: DESCRIPTION, measure: bench });
