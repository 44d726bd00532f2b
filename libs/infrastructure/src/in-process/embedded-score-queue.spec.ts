import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { command, recorder, scoreQueueContract, until } from '@scoreboard/application/scores/score-queue.contract';
import { DeadLetterFile } from './dead-letter-file';
import { EmbeddedScoreQueue } from './embedded-score-queue';
import { stopClock } from '../../../../test/support';

beforeAll(() => Logger.overrideLogger(false));

describe('EmbeddedScoreQueue', () => {
  scoreQueueContract(async ({ maxOutstanding: maxWaiting, maxBatch, events }) => {
    // The contract is about what is delivered: no command of a busy machine is too late.
    const queue = new EmbeddedScoreQueue({ maxWaiting, maxBatch, events, submitTimeoutMs: 10_000 });
    return { queue, deadLetters: async () => queue.deadLetters, close: () => queue.onApplicationShutdown() };
  });

  let queue: EmbeddedScoreQueue;
  afterEach(async () => {
    jest.restoreAllMocks(); // before it closes
    await queue?.onApplicationShutdown();
  });

  it('confirms a command only after its batch was processed', async () => {
    queue = new EmbeddedScoreQueue();
    const order: string[] = [];
    await queue.consume(async () => {
      await new Promise(setImmediate);
      order.push('processed');
      return [];
    });
    await queue.submit(command('ann')).then(() => order.push('receipt'));
    expect(order).toEqual(['processed', 'receipt']);
  });

  it('refuses a command that no consumer received in time, and never delivers it', async () => {
    queue = new EmbeddedScoreQueue({ submitTimeoutMs: 50 });
    await expect(queue.submit(command('late'))).rejects.toMatchObject({ details: { outcome: 'refused' } });
    const seen = recorder();
    await queue.consume(seen.process);
    stopClock();
    await queue.submit(command('ann'));
    expect(seen.users()).toEqual(['ann']);
  });

  it('answers unknown for a command whose batch is still retried, refuses others meanwhile, and recovers', async () => {
    queue = new EmbeddedScoreQueue({ submitTimeoutMs: 50 });
    let isAway = true;
    let tries = 0;
    const seen = recorder();
    await queue.consume(async (commands) => {
      tries++;
      if (isAway) throw new Error('the ledger is away');
      return seen.process(commands);
    });
    const given = command('ann');
    const clock = stopClock();
    const answer = expect(queue.submit(given)).rejects.toMatchObject({ details: { outcome: 'unknown', commandId: given.commandId } });
    await until(() => tries > 0);
    clock.mockRestore();
    await answer;
    await expect(queue.submit(command('bob'))).rejects.toMatchObject({ details: { outcome: 'refused' } });
    expect(queue.isUp()).toBe(false);
    isAway = false;
    await until(() => seen.users().includes('ann'));
    await until(() => queue.isUp());
    stopClock();
    await queue.submit(command('cyd'));
    expect(seen.users()).toEqual(['ann', 'cyd']);
    expect(queue.stats()).toMatchObject({ unconfirmed: 0, confirmed: 1, refused: 1, unknown: 1, batches: 2 });
  });

  it('retries a batch until its dead letters are stored', async () => {
    let tries = 0;
    queue = new EmbeddedScoreQueue({
      storeDeadLetters: async () => {
        if (++tries === 1) throw new Error('the disk is full');
      },
    });
    await queue.consume(async (commands) => commands.map((bad) => ({ command: bad, reason: 'unprocessable' as const })));
    await queue.submit(command('ann'));
    expect(tries).toBe(2);
    expect(queue.stats().deadLettered.unprocessable).toBe(1);
  });

  it('answers all open commands at shutdown', async () => {
    queue = new EmbeddedScoreQueue();
    const receipt = queue.submit(command('ann'));
    await Promise.all([expect(receipt).rejects.toMatchObject({ details: { outcome: 'refused' } }), queue.onApplicationShutdown()]);
    await expect(queue.submit(command('ann'))).rejects.toMatchObject({ code: 'queue-unavailable' });
  });
});

describe('DeadLetterFile', () => {
  it('appends each dead letter as a line of JSON', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dead-letters-'));
    const path = join(folder, 'data', 'dead-letters.jsonl');
    const [first, second] = [command('ann'), command('bob')];
    await new DeadLetterFile(path).storeDeadLetters([{ command: first, reason: 'key-conflict' }]);
    await new DeadLetterFile(path).storeDeadLetters([{ command: second, reason: 'total-limit' }]);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line));
    await rm(folder, { recursive: true });
    expect(lines).toEqual([
      { at: expect.any(String), reason: 'key-conflict', command: first },
      { at: expect.any(String), reason: 'total-limit', command: second },
    ]);
  });
});
