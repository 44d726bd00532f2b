import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { encodeMessage, type ProcessBatch } from '@scoreboard/application';
import { command, recorder, scoreQueueContract, until } from '@scoreboard/application/scores/score-queue.contract';
import type { Rejection } from '@scoreboard/domain';
import { type ChannelModel, type ConfirmChannel, connect, type GetMessage } from 'amqplib';
import { RabbitMqScoreQueue, type RabbitMqScoreQueueOptions } from './rabbitmq-score-queue';
import { declareTopology, type Topology, topologyOf } from './topology';
import { describeWith } from '../../../../test/support';

const url = process.env.TEST_RABBITMQ_URL!;

let connection: ChannelModel;
let broker: ConfirmChannel;
let prefix: string;
let topology: Topology;
let dead: GetMessage[];
let queues: RabbitMqScoreQueue[];

/** No confirmation on a busy machine is too late. */
const makeQueue = (options: Partial<RabbitMqScoreQueueOptions> = {}): RabbitMqScoreQueue => {
  const queue = new RabbitMqScoreQueue({ url, prefix, submitTimeoutMs: 10_000, ...options });
  queues.push(queue);
  return queue;
};

async function deadLetters(): Promise<readonly GetMessage[]> {
  for (let next = await broker.get(topology.deadLetters); next; next = await broker.get(topology.deadLetters)) {
    broker.ack(next);
    dead.push(next);
  }
  return dead;
}

/** Whether this Node can serialize a JSON text that it can parse: older ones cannot if it is nested deeply. */
function canWrite(json: string): boolean {
  try {
    JSON.stringify(JSON.parse(json));
    return true;
  } catch {
    return false;
  }
}

/** A connected queue: before that it cannot store dead letters and would correctly retry a batch. */
async function consuming(process: ProcessBatch): Promise<RabbitMqScoreQueue> {
  const queue = makeQueue();
  await queue.consume(process);
  await until(() => queue.isUp());
  return queue;
}

const sendRaw = (...contents: Buffer[]): Promise<void> => {
  for (const content of contents) broker.sendToQueue(topology.commands, content);
  return broker.waitForConfirms();
};

describeWith('TEST_RABBITMQ_URL', 'RabbitMqScoreQueue', () => {
  beforeAll(async () => {
    Logger.overrideLogger(false);
    connection = await connect(url);
  });
  afterAll(() => connection.close());

  beforeEach(async () => {
    broker = await connection.createConfirmChannel();
    prefix = `test-${randomUUID()}.`;
    topology = topologyOf({ prefix });
    dead = [];
    queues = [];
  });
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.onApplicationShutdown()));
    await broker.deleteQueue(topology.commands);
    await broker.deleteQueue(topology.deadLetters);
    for (const exchange of [topology.commandsIn, topology.deadLettersIn]) await broker.deleteExchange(exchange);
    await broker.close();
  });

  scoreQueueContract(async ({ maxOutstanding: maxUnconfirmed, maxBatch, events }) => {
    await declareTopology(broker, topology);
    const rejections = async (): Promise<readonly Rejection[]> =>
      (await deadLetters()).map(({ content, properties }) => ({ command: JSON.parse(content.toString()), reason: properties.headers!['x-reason'] }));
    return { queue: makeQueue({ maxUnconfirmed, maxBatch, events }), deadLetters: rejections, close: async () => undefined };
  });

  it('confirms a command without consumers, and keeps it for later consumers', async () => {
    const given = command('ann');
    await makeQueue().submit(given);
    const seen = recorder();
    await makeQueue().consume(seen.process);
    await until(() => seen.batches.length > 0);
    expect(seen.batches).toEqual([[given]]);
  });

  it('sends commands that are submitted together in few messages', async () => {
    const queue = makeQueue();
    await queue.submit(command('ann'));
    await Promise.all(Array.from({ length: 1_000 }, () => queue.submit(command('ann'))));
    expect((await broker.checkQueue(topology.commands)).messageCount).toBe(1 + 2);
  });

  it('stores invalid messages as dead letters, byte for byte, without blocking the queue', async () => {
    await declareTopology(broker, topology);
    const foreign = ['', 'hello', 'null', '[]', '{}', '{"v":2,"commands":[{}]}', '{"v":1,"commands":[]}', '{"v":1,"commands":[{"userId":"ann"}]}'];
    const contents = [...foreign.map((text) => Buffer.from(text)), Buffer.from([0xff, 0x00, 0xfe])];
    const good = command('ann');
    const seen = recorder();
    const queue = await consuming(seen.process);
    await sendRaw(...contents, encodeMessage([good]));

    await until(() => seen.batches.length > 0);
    await until(async () => (await deadLetters()).length >= contents.length);
    expect(seen.batches).toEqual([[good]]);
    expect(dead.map(({ content }) => content)).toEqual(contents);
    for (const { properties } of dead) {
      expect(properties.headers).toMatchObject({ 'x-reason': 'malformed', 'x-problem': expect.stringMatching(/.+/) });
      expect(properties.deliveryMode).toBe(2);
    }
    await until(() => queue.stats().deadLettered.malformed === contents.length);
  });

  it('stores an invalid command as a dead letter, however deep or long, and delivers the valid ones', async () => {
    await declareTopology(broker, topology);
    const [first, last] = [command('ann'), command('bob')];
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const long = JSON.stringify({ ['x'.repeat(200_000)]: 1 });
    const bad = JSON.stringify({ ...command('ann'), scoreIncrement: 0 });
    const around = (middle: string) => Buffer.from(`{"v":1,"commands":[${JSON.stringify(first)},${middle},${JSON.stringify(last)}]}`);
    const seen = recorder();
    await consuming(seen.process);
    await sendRaw(around(bad), around(deep), around(long));
    await until(async () => (await deadLetters()).length >= 3);
    expect(dead.map(({ content }) => content.toString())).toEqual([bad, canWrite(deep) ? deep : around(deep).toString(), long]);
    expect(seen.users()).toEqual(['ann', 'bob', 'ann', 'bob', 'ann', 'bob']);
  });

  it('stores the beginning and the length of an oversized message, and delivers the others', async () => {
    await declareTopology(broker, topology);
    const [first, last] = [command('ann'), command('bob')];
    const tooLong = Buffer.concat([Buffer.from('{"v":1,"commands":["'), Buffer.alloc(12_000_000, 'x'), Buffer.from('"]}')]);
    const seen = recorder();
    const parse = jest.spyOn(JSON, 'parse');
    await consuming(seen.process);
    await sendRaw(encodeMessage([first]), tooLong, tooLong, encodeMessage([last]));
    await until(async () => seen.users().length === 2 && (await deadLetters()).length === 2);
    expect(Math.max(...parse.mock.calls.map(([text]) => String(text).length))).toBeLessThan(1_000);
    parse.mockRestore();
    expect(seen.users()).toEqual(['ann', 'bob']);
    for (const { content, properties } of dead) {
      expect(content.equals(tooLong.subarray(0, 65_536))).toBe(true);
      expect(properties.headers).toMatchObject({ 'x-reason': 'malformed', 'x-problem': 'message of 12000023 bytes: expected at most 1048576' });
    }
  });

  it('stores many long messages in several batches, and a message only once if its elements are too deep to serialize', async () => {
    await declareTopology(broker, topology);
    const long = Buffer.alloc(1_000_000, 'x');
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const seen = recorder();
    const queue = await consuming(seen.process);
    await sendRaw(...Array.from({ length: 30 }, () => long), Buffer.from(`{"v":1,"commands":[${deep},${deep},${deep}]}`));
    const letters = canWrite(deep) ? [40_000, 40_000, 40_000] : [120_023];
    await until(async () => (await deadLetters()).length === 30 + letters.length);
    expect(dead.map(({ content }) => content.length)).toEqual([...Array.from({ length: 30 }, () => 1_000_000), ...letters]);
    expect(queue.stats().batches).toBeGreaterThan(1);
  });

  it.each([
    ['no properties at all', {}],
    ['another content type and encoding', { contentType: 'text/plain', contentEncoding: 'gzip' }],
    ['a forged x-death history', { headers: { 'x-death': [{ count: 999, reason: 'rejected' }], 'x-delivery-count': 999, 'x-reason': 'malformed' } }],
    ['headers of 60 KiB, in nested tables', { headers: { a: { b: { c: { d: 'x'.repeat(60_000) } } } } }],
    ['invalid traces, issuers and acceptance time', { headers: { 'x-trace-ids': 'req-1', 'x-span-ids': Buffer.alloc(3), 'x-issuers': 7, 'x-accepted-at': 'yesterday' } }],
    ['a timestamp in the year 9999', { timestamp: 253_402_300_799, expiration: '600000', messageId: "' OR 1=1" }],
  ])('delivers a valid message with %s: only the body matters', async (_what, properties) => {
    await declareTopology(broker, topology);
    const good = command('ann');
    broker.sendToQueue(topology.commands, encodeMessage([good]), properties);
    await broker.waitForConfirms();
    const seen = recorder();
    await makeQueue().consume(seen.process);
    await until(() => seen.batches.length > 0);
    expect(seen.batches).toEqual([[good]]);
    expect(await deadLetters()).toEqual([]);
  });

  it('refuses commands while the queue is full', async () => {
    const queue = makeQueue({ maxLength: 1 });
    // A quorum queue detects a few messages late that it is full, so one of the next messages is refused.
    const refused = async () => queue.submit(command('ann')).then(() => undefined, (error) => error);
    let refusal: unknown;
    await until(async () => Boolean((refusal = await refused())));
    expect(refusal).toMatchObject({ code: 'queue-unavailable', details: { outcome: 'refused' } });
    expect(queue.stats().channelReopens).toBe(0);

    const seen = recorder();
    await makeQueue({ maxLength: 1 }).consume(seen.process);
    await until(async () => !(await refused()));
  });

  it('detects that its queue was deleted, and continues with a new one', async () => {
    const queue = makeQueue();
    const seen = recorder();
    await queue.consume(seen.process);
    await queue.submit(command('before'));
    await until(() => seen.users().includes('before'));
    await broker.deleteQueue(topology.commands);

    let receipts = 0;
    await until(async () => {
      const outcome = await queue.submit(command('after')).then(() => 'receipt', (error) => error.details.outcome);
      expect(['receipt', 'refused']).toContain(outcome);
      if (outcome === 'receipt') receipts++;
      return receipts > 0;
    });
    await until(() => seen.users().includes('after'));
    expect(queue.stats().channelReopens).toBeGreaterThan(0);
    await until(() => queue.isUp());
  });

  it('opens a new channel when the broker closes one, on either side, and continues', async () => {
    const queue = makeQueue();
    const seen = recorder();
    await queue.consume(seen.process);
    await queue.submit(command('before'));
    await until(() => seen.users().includes('before'));

    for (const { channel } of sidesOf(queue)) channel.current.ack({ fields: { deliveryTag: 4_711 } } as never);
    await until(() => queue.stats().channelReopens === 2 && queue.isUp());
    await queue.submit(command('after'));
    await until(() => seen.users().includes('after'));
  });

  it('refuses immediately while the broker is low on memory or disk space, and continues afterwards', async () => {
    const queue = makeQueue();
    await queue.submit(command('before'));
    const { connection } = sidesOf(queue)[0]!.channel;
    connection.emit('blocked', 'low on memory');
    await expect(queue.submit(command('meanwhile'))).rejects.toMatchObject({ details: { outcome: 'refused' } });
    expect([queue.isUp(), queue.stats().blocked]).toEqual([false, true]);
    connection.emit('unblocked');
    await queue.submit(command('after'));
    expect(queue.isUp()).toBe(true);
  });

  it('takes the first command at once, collects what follows it, and does not wait for more if the batch is full or somebody waits', async () => {
    const queue = makeQueue({ lingerMs: 60_000, maxBatch: 3 });
    const seen = recorder();
    await queue.consume(seen.process);
    const followedBy = async (...users: string[]): Promise<void> => {
      for (const user of users) await queue.submit(command(user));
    };
    await followedBy('first');
    await until(() => seen.batches.length === 1);
    await followedBy('a', 'b', 'c');
    await until(() => seen.batches.length === 2);
    await followedBy('d');
    await queue.submit(command('awaited'), { isAwaited: true });
    await until(() => seen.batches.length === 3);
    expect(seen.batches.map((batch) => batch.map(({ userId }) => userId))).toEqual([['first'], ['a', 'b', 'c'], ['d', 'awaited']]);
  });

  it('does not wait for more messages than the broker delivers at once', async () => {
    const queue = makeQueue({ lingerMs: 60_000, prefetch: 2 });
    const seen = recorder();
    await queue.consume(seen.process);
    await queue.submit(command('first'));
    await until(() => seen.batches.length === 1);
    for (const user of ['a', 'b']) await queue.submit(command(user));
    await until(() => seen.batches.length === 2);
    expect(seen.batches[1]!.map(({ userId }) => userId)).toEqual(['a', 'b']);
  });

  it('returns a batch that was held for too long, and receives it again', async () => {
    const queue = makeQueue({ maxHoldMs: 100 });
    const given = command('ann');
    const seen = recorder();
    await queue.consume(async (commands) => {
      if (queue.stats().channelReopens === 0) throw new Error('the ledger is away');
      return seen.process(commands);
    });
    await queue.submit(given);
    await until(() => seen.users().includes('ann'));
    expect(seen.batches).toEqual([[given]]);
  });

  it('waits while the queue exists with different arguments, and continues once that is fixed', async () => {
    await broker.assertQueue(topology.commands, { durable: true });
    const queue = makeQueue({ submitTimeoutMs: 500 });
    await expect(queue.submit(command('ann'))).rejects.toMatchObject({ details: { outcome: 'refused' } });
    expect(queue.isUp()).toBe(false);
    await broker.deleteQueue(topology.commands);
    await until(() => queue.isUp());
    await queue.submit(command('ann'));
  });

  it('leaves nothing to redeliver when it closes right after a batch', async () => {
    await declareTopology(broker, topology);
    await sendRaw(...Array.from({ length: 300 }, () => encodeMessage([command('ann')])));
    const queue = makeQueue();
    const seen = recorder();
    await queue.consume(seen.process);
    await until(() => seen.users().length === 300);
    await queue.onApplicationShutdown();
    await until(async () => (await broker.checkQueue(topology.commands)).messageCount === 0);
  });
});

interface Side {
  readonly channel: { readonly current: ConfirmChannel; readonly connection: ChannelModel };
}

/** Internals: the channels, so that tests can break them. */
function sidesOf(queue: RabbitMqScoreQueue): readonly Side[] {
  const { publisher, consumers } = queue as unknown as { publisher: Side; consumers: Side[] };
  return [publisher, ...consumers];
}
