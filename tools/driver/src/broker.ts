import { setTimeout as delay } from 'node:timers/promises';
import { newCommandId } from '@scoreboard/application';
import { eventually } from '@scoreboard/harness';
import { connect, type GetMessage } from 'amqplib';

export const COMMANDS = 'scores.commands';
const DEAD_LETTERS = 'scores.commands.dead';

type Connection = Awaited<ReturnType<typeof connect>>;

async function withBroker<T>(url: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(url, { timeout: 3_000 });
  connection.on('error', () => undefined); // What is under way fails, too.
  try {
    return await use(connection);
  } finally {
    await connection.close().catch(() => undefined); // It has ended already.
  }
}

/** Messages that wait for a consumer; throws where there is no such queue. */
export const waitingIn = (url: string, queue: string): Promise<number> =>
  withBroker(url, async (connection) => {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    return (await channel.checkQueue(queue)).messageCount;
  });

/** Sends messages to the workers, with a pause (ms) after each; resolves when the broker has confirmed all. */
export const publish = (url: string, contents: readonly string[], pauseMs = 0): Promise<void> =>
  withBroker(url, async (connection) => {
    const channel = await connection.createConfirmChannel();
    for (const content of contents) {
      channel.sendToQueue(COMMANDS, Buffer.from(content), { persistent: true });
      await delay(pauseMs);
    }
    await channel.waitForConfirms();
  });

export const command = (userId: string, scoreIncrement: number, more: object = {}) => ({ commandId: newCommandId(), userId, scoreIncrement, ...more });

/** The content of a message with these commands. */
export const message = (...commands: readonly unknown[]): string => JSON.stringify({ v: 1, commands });

const IN_A_MESSAGE = 500;

/** So many users, a multiple of 500, score once, below all who play. */
export function seedUsers(url: string, users: number): Promise<void> {
  const some = (from: number) => message(...Array.from({ length: IN_A_MESSAGE }, (_, i) => command(`crowd-${from + i}`, 1 + (((from + i) * 7_919) % 99_991))));
  return publish(url, Array.from({ length: users / IN_A_MESSAGE }, (_, i) => some(i * IN_A_MESSAGE)));
}

/** Waits until no command waits; resolves with whether that came about. */
export const isDrained = (url: string, withinMs: number): Promise<boolean> => eventually(async () => (await waitingIn(url, COMMANDS)) === 0, withinMs, 50);

export type DeadLetter = Readonly<Record<'reason' | 'content', string>>;

export const takeDeadLetters = (url: string): Promise<DeadLetter[]> =>
  withBroker(url, async (connection) => {
    const channel = await connection.createChannel();
    const letters: DeadLetter[] = [];
    for (let message: GetMessage | false; (message = await channel.get(DEAD_LETTERS, { noAck: true })); ) {
      const { headers = {} } = message.properties;
      letters.push({ reason: String(headers['x-reason'] ?? `delivery limit (${headers['x-first-death-reason']})`), content: message.content.toString() });
    }
    return letters;
  });
