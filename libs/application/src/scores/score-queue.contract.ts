import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Rejection, ScoreboardEvents, type ScoreCommand } from '@scoreboard/domain';
import { until } from '../eventually.contract';
import { newCommandId } from './command-id';
import type { ConsumerHandle, ProcessBatch, ScoreQueue } from './score-queue';

export { until };

/** An empty queue for one test. */
export interface QueueUnderTest {
  readonly queue: ScoreQueue;
  /** The dead letters so far. */
  deadLetters(): Promise<readonly Rejection[]>;
  close(): Promise<void>;
}

export interface QueueLimits {
  /** Unanswered commands. */
  readonly maxOutstanding?: number;
  readonly maxBatch?: number;
}

export interface QueueOptions extends QueueLimits {
  readonly events: ScoreboardEvents;
}

export const command = (userId: string, scoreIncrement = 1): ScoreCommand => ({ commandId: newCommandId(), userId, scoreIncrement });

/** Accepts every batch and records it. */
export function recorder(): { readonly process: ProcessBatch; readonly batches: ScoreCommand[][]; users(): string[] } {
  const batches: ScoreCommand[][] = [];
  const process: ProcessBatch = async (commands) => {
    batches.push([...commands]);
    return [];
  };
  return { process, batches, users: () => batches.flat().map(({ userId }) => userId) };
}

/** A gate that blocks its waiters until it is opened. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open!: () => void;
  return { opened: new Promise<void>((resolve) => (open = resolve)), open: () => open() };
}

/** The contract of every `ScoreQueue`. */
export function scoreQueueContract(make: (options: QueueOptions) => Promise<QueueUnderTest>): void {
  let made: QueueUnderTest;
  let queue: ScoreQueue;
  let events: ScoreboardEvents;
  const start = async (limits?: QueueLimits): Promise<void> => {
    events = new ScoreboardEvents();
    made = await make({ ...limits, events });
    queue = made.queue;
  };
  afterEach(() => made.close());

  it('delivers submitted commands completely, as copies, and never during the call', async () => {
    await start();
    const { process, batches } = recorder();
    await queue.consume(process);
    const given = { ...command('ann', 5), action: 'quiz', issuedBy: 'game-server', issuerDigest: 'c0ffee00'.repeat(4), trace: { id: randomUUID().replaceAll('-', ''), spanId: '00f067aa0ba902b7' } };
    const expected = { ...given };

    const receipt = queue.submit(given);
    given.userId = 'mallory';
    expect(batches).toEqual([]);
    await receipt;
    await until(() => batches.length > 0);
    expect(batches).toEqual([[expected]]);
  });

  it('delivers a command with an invalid trace, and keeps the traces of the others', async () => {
    await start();
    const seen = recorder();
    await queue.consume(seen.process);
    const trace = { id: randomUUID().replaceAll('-', '') };
    const given = [{ ...command('ann'), trace }, ...['req-1', '', 'z'.repeat(32)].map((id) => ({ ...command('bob'), trace: { id } })), { ...command('cyd'), trace }];
    await Promise.all(given.map((one) => queue.submit(one)));
    await until(() => seen.batches.flat().length === given.length);
    expect(seen.users()).toEqual(given.map(({ userId }) => userId));
    expect(seen.batches.flat().filter(({ userId }) => userId !== 'bob').map((one) => one.trace)).toEqual([trace, trace]);
  });

  it('continues if a listener throws', async () => {
    await start();
    for (const name of ['message.confirmed', 'message.applied'] as const) {
      events.on(name, () => {
        throw new Error('a gauge is broken');
      });
    }
    const seen = recorder();
    await queue.consume(seen.process);
    for (const user of ['ann', 'bob']) await queue.submit(command(user));
    await until(() => seen.users().length === 2 && queue.stats().batches > 0);
    expect(seen.users()).toEqual(['ann', 'bob']);
    expect(Object.keys(events.failures).sort()).toEqual(['message.applied', 'message.confirmed']);
  });

  it('reports the age of the oldest command while it is being applied, and its delay afterwards', async () => {
    await start();
    const { opened, open } = gate();
    const ages: { confirmed: number[]; applied: number[] } = { confirmed: [], applied: [] };
    events.on('message.confirmed', ({ seconds }) => void ages.confirmed.push(seconds));
    events.on('message.applied', ({ seconds }) => void ages.applied.push(seconds));
    expect(queue.stats().oldestAgeSeconds).toBe(0);
    await queue.consume(async () => opened.then(() => []));
    const receipt = queue.submit(command('ann'));
    await until(() => queue.stats().oldestAgeSeconds > 0.1);
    open();
    await receipt;
    await until(() => ages.applied.length > 0 && queue.stats().oldestAgeSeconds === 0);
    expect(ages).toEqual({ confirmed: [expect.any(Number)], applied: [expect.any(Number)] });
    expect(ages.applied[0]).toBeGreaterThan(0.1);
  });

  it('delivers commands that are submitted together in one batch, in order', async () => {
    await start();
    const seen = recorder();
    await queue.consume(seen.process);
    await queue.submit(command('first'));
    const users = Array.from({ length: 200 }, (_, i) => `user-${i}`);
    await Promise.all(users.map((user) => queue.submit(command(user))));
    await until(() => seen.users().length === 201);
    expect(seen.users().slice(1)).toEqual(users);
    expect(seen.batches.length).toBeLessThan(20);
  });

  it('delivers one batch at a time, at most of the maximum size, however many commands are waiting', async () => {
    await start({ maxBatch: 10 });
    const seen = recorder();
    let inside = 0;
    await queue.consume(async (commands) => {
      expect(++inside).toBe(1);
      await delay(1);
      inside--;
      return seen.process(commands);
    });
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 7 }, () => queue.submit(command('ann'))));
    await until(() => seen.users().length === 70);
    expect(Math.max(...seen.batches.map((batch) => batch.length))).toBeLessThanOrEqual(10);
  });

  it('retries the same batch after a failure, and delivers every confirmed command', async () => {
    await start();
    const tries: string[][] = [];
    await queue.consume(async (commands) => {
      tries.push(commands.map(({ commandId }) => commandId));
      if (tries.length < 3) throw new Error('the ledger is away');
      return [];
    });
    const given = command('ann');
    await queue.submit(given);
    await until(() => tries.length >= 3);
    expect(tries).toEqual([[given.commandId], [given.commandId], [given.commandId]]);
  });

  it('stores rejected commands as dead letters with their reason, and acknowledges the batch', async () => {
    await start();
    const commands = [command('ann'), command('bad'), command('bob'), command('worse')];
    const reasons = { bad: 'key-conflict', worse: 'total-limit' } as Record<string, 'key-conflict' | 'total-limit'>;
    const seen = recorder();
    const first = await queue.consume(async (batch) => {
      await seen.process(batch);
      return batch.flatMap((given) => (reasons[given.userId] ? [{ command: given, reason: reasons[given.userId]! }] : []));
    });
    await Promise.all(commands.map((given) => queue.submit(given)));
    await until(async () => (await made.deadLetters()).length >= 2);
    expect(await made.deadLetters()).toEqual([
      { command: commands[1], reason: 'key-conflict' },
      { command: commands[3], reason: 'total-limit' },
    ]);
    await first.close();

    await expectNothingBefore(command('next'));
    expect(seen.users()).toEqual(['ann', 'bad', 'bob', 'worse']);
  });

  it('refuses commands over its limit immediately, and accepts more when there is room', async () => {
    await start({ maxOutstanding: 50 });
    const seen = recorder();
    await queue.consume(seen.process);
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => queue.submit(command('ann'))));
    const refusals = results.slice(50).map((result) => (result as PromiseRejectedResult).reason);
    expect(results.slice(0, 50).every((result) => result.status === 'fulfilled')).toBe(true);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'queue-unavailable', details: { outcome: 'refused', retryAfter: 1 } });
    await queue.submit(command('bob'));
    await until(() => seen.users().length === 51);
  });

  it('finishes the current batch when closed, and leaves the rest to the next consumer', async () => {
    await start({ maxBatch: 1 });
    const beingProcessed = gate();
    const held = gate();
    const seen = recorder();
    const first = await queue.consume(async (commands) => {
      beingProcessed.open();
      await held.opened;
      return seen.process(commands);
    });
    const receipts = [queue.submit(command('ann'))];
    await beingProcessed.opened;
    receipts.push(queue.submit(command('bob')));
    const closed = first.close();
    expect(await Promise.race([closed.then(() => 'closed'), delay(50, 'open')])).toBe('open');
    held.open();
    await closed;
    expect(seen.users()).toEqual(['ann']);

    const next = recorder();
    await queue.consume(next.process);
    await until(() => next.users().includes('bob'));
    expect(next.users()).toEqual(['bob']);
    await Promise.all(receipts);
  });

  /** Anything still in the queue would be delivered before this command. */
  async function expectNothingBefore(marker: ScoreCommand): Promise<void> {
    const rest = recorder();
    const consumption: ConsumerHandle = await queue.consume(rest.process);
    await queue.submit(marker);
    await until(() => rest.users().length > 0);
    await consumption.close();
    expect(rest.batches.flat()).toEqual([marker]);
  }
}
