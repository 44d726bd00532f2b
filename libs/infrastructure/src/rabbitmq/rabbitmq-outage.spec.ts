import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { command, recorder, until } from '@scoreboard/application/scores/score-queue.contract';
import { connect } from 'amqplib';
import { AmqpChannel } from './amqp-channel';
import { RabbitMqScoreQueue, type RabbitMqScoreQueueOptions } from './rabbitmq-score-queue';
import { topologyOf } from './topology';
import { describeWith, eventually } from '../../../../test/support';

const url = process.env.TEST_RABBITMQ_URL!;
const prefix = `test-${randomUUID()}.`;

/** Before missed heartbeats would end a connection, with slack on the promised two seconds for busy machines. */
const CLOSED_WITHIN_MS = 8_000;

/** A proxy to the broker, which can be cut, closed or silenced. */
class Way {
  private readonly sockets = new Set<Socket>();
  private isSilent = false;
  private isClosed = false;
  private readonly server = createServer((client) => this.join(client));

  async open(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    const through = new URL(url);
    through.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return through.href;
  }

  /** Cuts open connections; new connections pass unless `refuse` was called. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  refuse(isClosed = true): void {
    this.isClosed = isClosed;
    if (isClosed) this.cut();
  }

  /** Forwards nothing and closes nothing. */
  silence(): void {
    this.isSilent = true;
    for (const socket of this.sockets) socket.pause();
  }

  speak(): void {
    this.isSilent = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** Drops what the broker sends on the current connections; new connections work. */
  withhold(): void {
    for (const socket of this.sockets) socket.removeAllListeners('data').resume();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(client: Socket): void {
    if (this.isClosed) return void client.destroy();
    const { hostname, port } = new URL(url);
    const server = connectTcp(Number(port || 5672), hostname);
    for (const [from, to] of [[client, server], [server, client]] as const) {
      this.sockets.add(from);
      from.on('data', (data) => to.write(data));
      from.on('error', () => undefined); // expected: the tests cut connections
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (this.isSilent) from.pause();
    }
  }
}

describeWith('TEST_RABBITMQ_URL', 'RabbitMqScoreQueue, when the broker', () => {
  let way: Way;
  let queue: RabbitMqScoreQueue;
  const open = async (options: Partial<RabbitMqScoreQueueOptions> = {}): Promise<void> => {
    way = new Way();
    queue = new RabbitMqScoreQueue({ url: await way.open(), prefix, ...options });
  };

  beforeAll(() => Logger.overrideLogger(false));
  afterEach(async () => {
    await queue.onApplicationShutdown();
    way.close();
    const connection = await connect(url);
    const channel = await connection.createChannel();
    await channel.deleteQueue(topologyOf({ prefix }).commands);
    await channel.deleteQueue(topologyOf({ prefix }).deadLetters);
    for (const exchange of [topologyOf({ prefix }).commandsIn, topologyOf({ prefix }).deadLettersIn]) await channel.deleteExchange(exchange);
    await connection.close();
  });

  const outcome = (userId: string): Promise<string> =>
    queue.submit(command(userId)).then(
      () => 'receipt',
      (refusal) => refusal.details.outcome,
    );

  /** The outcomes of commands that are answered before the event loop turns. */
  async function outcomesAtOnce(count: number): Promise<readonly string[]> {
    const outcomes: string[] = [];
    for (let i = 0; i < count; i++) void outcome('meanwhile').then((known) => outcomes.push(known));
    await new Promise(setImmediate);
    return outcomes;
  }

  it('has several nodes: continues on an available one', async () => {
    const other = new Way();
    way = new Way();
    queue = new RabbitMqScoreQueue({ url: `${await way.open()},${await other.open()}`, prefix });
    const seen = recorder();
    await queue.consume(seen.process);
    for (const [user, away, there] of [['first', way, other], ['second', other, way], ['third', way, other]] as const) {
      there.refuse(false);
      away.refuse();
      await until(async () => (await outcome(user)) === 'receipt');
      await until(() => seen.users().includes(user));
    }
    other.close();
  });

  it('loses its connections: reconnects automatically and loses no confirmed command', async () => {
    await open();
    const seen = recorder();
    await queue.consume(seen.process);
    const receipts = new Set<string>();
    for (let cut = 0; cut < 3; cut++) {
      await until(() => queue.isUp());
      const commands = Array.from({ length: 200 }, (_, i) => command(`user-${cut}-${i}`));
      const results = commands.map(async (given) => {
        const got = await queue.submit(given).then(() => true, () => false);
        if (got) receipts.add(given.userId);
      });
      way.cut();
      await Promise.all(results);
      await until(async () => (await outcome(`back-${cut}`)) === 'receipt');
      receipts.add(`back-${cut}`);
    }
    await until(() => [...receipts].every((user) => seen.users().includes(user)));
    expect(queue.stats().channelReopens).toBeGreaterThanOrEqual(6);
  });

  it('is unavailable: refuses immediately, and accepts commands again when it is back', async () => {
    await open();
    await until(async () => (await outcome('before')) === 'receipt');
    way.refuse();
    await until(async () => (await outcome('meanwhile')) === 'refused' && !queue.isUp());
    expect(await outcomesAtOnce(100)).toEqual(Array(100).fill('refused'));
    way.refuse(false);
    await until(async () => (await outcome('after')) === 'receipt');
    expect(queue.isUp()).toBe(true);
  });

  it('was never available: still answers', async () => {
    await open();
    way.refuse();
    expect(await outcome('ann')).toBe('refused');
    expect(queue.stats()).toMatchObject({ publishConnected: false, refused: 1, unconfirmed: 0 });
  });

  it('goes silent: sent commands are unknown, waiting ones are refused, and new ones are refused immediately', async () => {
    await open({ submitTimeoutMs: 300, maxUnconfirmed: 5_000 });
    await until(async () => (await outcome('before')) === 'receipt');
    way.silence();
    const outcomes = await Promise.all(Array.from({ length: 2_000 }, () => outcome('meanwhile')));
    expect(outcomes.filter((got) => got === 'unknown')).toHaveLength(1_000);
    expect(outcomes.filter((got) => got === 'refused')).toHaveLength(1_000);
    expect(await outcomesAtOnce(1)).toEqual(['refused']);
    way.speak();
    await until(async () => (await outcome('after')) === 'receipt');
    expect(queue.stats().unconfirmed).toBe(0);
  });

  it('withholds a confirm on a live connection: the channel is replaced and accepts commands again', async () => {
    await open();
    await until(async () => (await outcome('before')) === 'receipt');
    way.withhold();
    const reopen = jest.spyOn(AmqpChannel.prototype, 'reopen');
    expect(await outcome('meanwhile')).toBe('unknown');
    await eventually(async () => expect(await outcome('after')).toBe('receipt'));
    // Not because of missed heartbeats.
    expect(reopen.mock.calls[0]).toEqual(['no confirm within 3 s']);
  });

  it('goes silent: the connection is closed after missed heartbeats', async () => {
    await open();
    await until(async () => (await outcome('before')) === 'receipt');
    way.silence();
    await until(() => !queue.isUp());
    way.cut();
    way.speak();
    await until(async () => (await outcome('after')) === 'receipt');
  });

  it.each(['silent', 'away'])('is %s: still closes within two seconds', async (state) => {
    await open();
    const seen = recorder();
    const consumption = await queue.consume(seen.process);
    await queue.submit(command('ann'));
    await until(() => seen.users().includes('ann'));
    if (state === 'silent') way.silence();
    else way.refuse();
    const pending = outcome('pending');
    await consumption.close();
    const start = performance.now();
    await queue.onApplicationShutdown();
    expect(performance.now() - start).toBeLessThan(CLOSED_WITHIN_MS);
    expect(['unknown', 'refused']).toContain(await pending);
  });

  it('loses the channel of the current batch: delivers the batch again and then acknowledges it', async () => {
    await open();
    const seen = recorder();
    await queue.consume(async (commands) => {
      if (seen.batches.length === 0) way.cut();
      await new Promise(setImmediate);
      await until(() => seen.batches.length > 0 || !queue.isUp());
      return seen.process(commands);
    });
    const given = command('ann');
    await queue.submit(given);
    await until(() => seen.batches.length === 2);
    expect(seen.batches).toEqual([[given], [given]]);
    await until(() => queue.stats().batches === 2 && queue.isUp());
    await queue.submit(command('after'));
    await until(() => seen.users().includes('after'));
    expect(seen.users()).toEqual(['ann', 'ann', 'after']);
  });
});
