import { randomUUID } from 'node:crypto';
import { encodeMessage, encodeOrigins } from '@scoreboard/application';
import { command, recorder, until } from '@scoreboard/application/scores/score-queue.contract';
import type { Rejection, ScoreCommand } from '@scoreboard/domain';
import { connect, type ChannelModel } from 'amqplib';
import { DeadLetterQueue } from './dead-letter-queue';
import { RabbitMqScoreQueue } from './rabbitmq-score-queue';
import { type Topology, topologyOf, TRACE_IDS } from './topology';
import { describeWith } from '../../../../test/support';

const url = process.env.TEST_RABBITMQ_URL!;

describeWith('TEST_RABBITMQ_URL', 'DeadLetterQueue', () => {
  const prefix = `test-${randomUUID()}.`;
  const topology = topologyOf({ prefix });
  let broker: ChannelModel;
  let queue: RabbitMqScoreQueue;
  let letters: DeadLetterQueue;
  let isMended = false;
  const applied = recorder();
  const trace = { id: randomUUID().replaceAll('-', '') };
  const [ann, bob] = [command('ann'), command('bob')];

  beforeAll(async () => {
    broker = await connect(url);
    queue = new RabbitMqScoreQueue({ url, prefix });
    await queue.consume(async (commands) => {
      if (isMended) return applied.process(commands);
      return commands.map((rejected): Rejection => ({ command: rejected, reason: 'unprocessable' }));
    });
    await Promise.all([queue.submit({ ...ann, trace }), queue.submit({ ...bob, trace })]);
    const channel = await broker.createChannel();
    channel.sendToQueue(topology.commands, Buffer.from('{"not":"ours"}'));
    letters = await DeadLetterQueue.open({ url, prefix });
    await until(async () => (await letters.list()).length === 3);
  });
  afterAll(async () => {
    await letters.close();
    await queue.onApplicationShutdown();
    await remove(topology);
    await broker.close();
  });

  async function remove({ commands, deadLetters, commandsIn, deadLettersIn }: Topology): Promise<void> {
    const channel = await broker.createChannel();
    for (const name of [commands, deadLetters]) await channel.deleteQueue(name);
    for (const exchange of [commandsIn, deadLettersIn]) await channel.deleteExchange(exchange);
    await channel.close();
  }

  it('lists letters with reason and request id, and keeps them', async () => {
    for (let look = 0; look < 2; look++) {
      const entries = await letters.list();
      expect(entries).toHaveLength(3);
      expect(entries).toContainEqual({ reason: 'unprocessable', commandId: ann.commandId, traceId: trace.id, content: JSON.stringify(ann) });
      expect(entries).toContainEqual({ reason: 'malformed', problem: expect.any(String), content: '{"not":"ours"}' });
    }
  });

  it('replaces a user with a pseudonym, and keeps reason and ids', async () => {
    const pseudonym = `forgotten-${randomUUID().slice(0, 8)}`;
    expect(await letters.count('bob')).toBe(1);
    expect(await letters.rename('bob', pseudonym)).toBe(1);
    expect(await letters.count('bob')).toBe(0);
    const entries = await letters.list();
    expect(entries).toHaveLength(3);
    expect(JSON.stringify(entries)).not.toContain('bob');
    expect(entries).toContainEqual({ reason: 'unprocessable', commandId: bob.commandId, traceId: trace.id, content: JSON.stringify({ ...bob, userId: pseudonym }) });
    expect(await letters.rename('bob', 'forgotten-again')).toBe(0);
    expect(await letters.rename(pseudonym, 'bob')).toBe(1);
  });

  it('replays a letter, which returns while it cannot be applied and is gone once it can', async () => {
    expect(await letters.replay(ann.commandId)).toBe(1);
    await until(async () => (await letters.list()).length === 3);
    isMended = true;
    expect(await letters.replay(ann.commandId)).toBe(1);
    await until(() => applied.users().includes('ann'));
    expect(applied.batches.flat()).toEqual([{ ...ann, trace }]);
    expect((await letters.list()).map((entry) => entry.commandId)).not.toContain(ann.commandId);
  });

  it('replays all commands, keeps letters without a command, and drops those on request', async () => {
    expect(await letters.replay()).toBe(1);
    await until(() => applied.users().includes('bob'));
    expect(applied.batches.flat().at(-1)).toEqual({ ...bob, trace });
    expect(await letters.list()).toEqual([expect.objectContaining({ reason: 'malformed' })]);
    expect(await letters.drop(randomUUID())).toBe(0);
    expect(await letters.drop()).toBe(1);
    expect(await letters.list()).toEqual([]);
  });

  it('truncates a long letter in the list, but counts, renames and drops it completely', async () => {
    const channel = await broker.createConfirmChannel();
    const long = JSON.stringify({ not: 'x'.repeat(10_000), userId: 'zoe' });
    const tooLong = Buffer.concat([Buffer.alloc(2_000_000, ' '), Buffer.from('zoe')]);
    for (const content of [Buffer.from(long), tooLong]) channel.sendToQueue(topology.deadLetters, content);
    await channel.waitForConfirms();
    await channel.close();
    expect((await letters.list()).map(({ content }) => content)).toEqual([`${long.slice(0, 4_096)}… (truncated, ${long.length} in total)`, `${' '.repeat(4_096)}… (truncated, 2000003 in total)`]);
    expect(await letters.count('zoe')).toBe(2);
    expect(await letters.rename('zoe', 'forgotten')).toBe(2);
    expect(await letters.count('zoe')).toBe(0);
    expect(await letters.drop()).toBe(2);
  });

  describe('with a message that the broker moved as a whole', () => {
    const prefix = `test-${randomUUID()}.`;
    const topology = topologyOf({ prefix });
    let letters: DeadLetterQueue;
    beforeEach(async () => {
      letters = await DeadLetterQueue.open({ url, prefix });
    });
    afterEach(async () => {
      await letters.close();
      await remove(topology);
    });

    /** Makes the broker dead-letter one message with these commands. */
    async function move(...commands: ScoreCommand[]): Promise<void> {
      const channel = await broker.createChannel();
      channel.sendToQueue(topology.commands, encodeMessage(commands), { persistent: true, headers: { [TRACE_IDS]: encodeOrigins(commands).ids } });
      await until(async () => {
        const message = await channel.get(topology.commands);
        if (message) channel.nack(message, false, false);
        return message !== false;
      });
      await until(async () => (await letters.list()).length === 1);
      await channel.close();
    }

    it('lists the request id of a single command, and none for several', async () => {
      const [one, more] = [{ ...command('ann'), trace }, { ...command('bob'), trace }];
      await move(one);
      expect(await letters.list()).toEqual([{ reason: 'rejected', commandId: one.commandId, traceId: trace.id, content: encodeMessage([one]).toString() }]);
      await letters.drop();
      await move(one, more);
      expect(await letters.list()).toEqual([{ reason: 'rejected', commandId: one.commandId, content: encodeMessage([one, more]).toString() }]);
    });

    it('keeps the reason and the request ids of all commands when it is renamed and replayed', async () => {
      const [one, other] = [{ ...command('ann'), trace }, { ...command('bob'), trace: { id: randomUUID().replaceAll('-', '') } }];
      await move(one, other);
      expect(await letters.rename('bob', 'forgotten')).toBe(1);
      expect(await letters.list()).toEqual([expect.objectContaining({ reason: 'rejected' })]);
      expect(await letters.replay()).toBe(1);
      const queue = new RabbitMqScoreQueue({ url, prefix });
      const replayed = recorder();
      await queue.consume(replayed.process);
      await until(() => replayed.users().length === 2);
      await queue.onApplicationShutdown();
      expect(replayed.batches.flat()).toEqual([one, { ...other, userId: 'forgotten' }]);
    });
  });
});
