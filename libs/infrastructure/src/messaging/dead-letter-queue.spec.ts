import { randomUUID } from 'node:crypto';
import { command, recorder, until } from '@scoreboard/application/score-queue.contract';
import type { Rejection } from '@scoreboard/domain';
import { connect, type ChannelModel } from 'amqplib';
import { DeadLetterQueue } from './dead-letter-queue';
import { RabbitMqScoreQueue } from './rabbitmq-score-queue';
import { topologyOf } from './topology';
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
    const channel = await broker.createChannel();
    await channel.deleteQueue(topology.commands);
    await channel.deleteQueue(topology.deadLetters);
    for (const exchange of [topology.commandsIn, topology.deadLettersIn]) await channel.deleteExchange(exchange);
    await broker.close();
  });

  it('lists each with its reason and the request that brought it, and leaves it where it is', async () => {
    for (let look = 0; look < 2; look++) {
      const entries = await letters.list();
      expect(entries).toHaveLength(3);
      expect(entries).toContainEqual({ reason: 'unprocessable', commandId: ann.commandId, traceId: trace.id, content: JSON.stringify(ann) });
      expect(entries).toContainEqual({ reason: 'malformed', problem: expect.any(String), content: '{"not":"ours"}' });
    }
  });

  it('puts a pseudonym in the place of a user, and keeps reason and ids', async () => {
    const pseudonym = `forgotten-${randomUUID().slice(0, 8)}`;
    expect(await letters.rename('bob', pseudonym)).toBe(1);
    const entries = await letters.list();
    expect(entries).toHaveLength(3);
    expect(JSON.stringify(entries)).not.toContain('bob');
    expect(entries).toContainEqual({ reason: 'unprocessable', commandId: bob.commandId, traceId: trace.id, content: JSON.stringify({ ...bob, userId: pseudonym }) });
    expect(await letters.rename('bob', 'forgotten-again')).toBe(0);
    expect(await letters.rename(pseudonym, 'bob')).toBe(1);
  });

  it('queues one again, which comes back while it still cannot be applied and is gone once it can', async () => {
    expect(await letters.replay(ann.commandId)).toBe(1);
    await until(async () => (await letters.list()).length === 3);
    isMended = true;
    expect(await letters.replay(ann.commandId)).toBe(1);
    await until(() => applied.users().includes('ann'));
    expect((await letters.list()).map((entry) => entry.commandId)).not.toContain(ann.commandId);
  });

  it('replays all that are commands, keeps what is none, and drops that for good', async () => {
    expect(await letters.replay()).toBe(1);
    await until(() => applied.users().includes('bob'));
    expect(await letters.list()).toEqual([expect.objectContaining({ reason: 'malformed' })]);
    expect(await letters.drop(randomUUID())).toBe(0);
    expect(await letters.drop()).toBe(1);
    expect(await letters.list()).toEqual([]);
  });
});
