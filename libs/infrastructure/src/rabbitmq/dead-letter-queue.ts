import {
  type DeadLetter,
  decodeMessage,
  encodeMessage,
  MAX_MESSAGE_BYTES,
  MAX_SHOWN_LENGTH,
  MESSAGE_VERSION,
  renameInLetter,
  shownContent,
  type PersonalData,
} from '@scoreboard/application';
import type { ChannelModel, ConfirmChannel, GetMessage } from 'amqplib';
import { connectTo } from './amqp-connection';
import { ACCESS_REFUSED, checkTopology, declareTopology, ISSUERS, TIMES, type Topology, topologyOf, TRACE_IDS } from './topology';

/** Reads and changes the dead-letter queue over one connection, for one operator command at a time. */
export class DeadLetterQueue implements PersonalData {
  private constructor(
    private readonly connection: ChannelModel,
    private readonly channel: ConfirmChannel,
    private readonly topology: Topology,
  ) {}

  static async open({ url, prefix }: { readonly url: string; readonly prefix?: string }): Promise<DeadLetterQueue> {
    const topology = topologyOf({ prefix });
    const connection = await connectTo(url, 'dead letters');
    return new DeadLetterQueue(connection, await openChannel(connection, topology), topology);
  }

  /** All dead letters, oldest first. Changes nothing. */
  async list(): Promise<readonly DeadLetter[]> {
    const entries: DeadLetter[] = [];
    await this.eachOnce(async (message) => {
      entries.push(describe(message));
      return 'keep';
    });
    return entries;
  }

  /**
   * Queues commands again, all or the one with this id, and resolves with the number of letters. Each letter is removed after
   * the command queue has confirmed it. A command that still cannot be applied becomes a dead letter again. A letter that
   * holds no command is kept.
   */
  replay(commandId?: string): Promise<number> {
    const replayed = new Set<string>();
    return this.eachOnce(async (message) => {
      const again = isWanted(message, commandId) ? asMessage(message.content) : undefined;
      // A command that comes back during this run is not queued a second time.
      const content = again?.toString();
      if (!again || replayed.has(content!)) return 'keep';
      replayed.add(content!);
      await this.publish(again, this.topology.commandsIn, originsOf(message));
      return 'remove';
    });
  }

  /** Deletes all letters, or the one with this command id; resolves with the number deleted. */
  drop(commandId?: string): Promise<number> {
    return this.eachOnce(async (message) => (isWanted(message, commandId) ? 'remove' : 'keep'));
  }

  async count(userId: string): Promise<number> {
    let count = 0;
    await this.eachOnce(async ({ content }) => {
      if (renameInLetter(content.toString(), userId, '') !== undefined) count++;
      return 'keep';
    });
    return count;
  }

  /** Replaces letters one by one: adds the new one, then removes the old one. After an interruption one may exist twice, which is harmless. */
  async rename(userId: string, pseudonym: string): Promise<number> {
    return this.eachOnce(async (message) => {
      const renamed = renameInLetter(message.content.toString(), userId, pseudonym);
      if (renamed === undefined) return 'keep';
      await this.publish(Buffer.from(renamed), this.topology.deadLettersIn, { ...keptOf(message), 'x-reason': describe(message).reason });
      return 'remove';
    });
  }

  async close(): Promise<void> {
    await this.channel.close();
    await this.connection.close();
  }

  /** Calls `decide` once per letter and resolves with the number removed. Kept letters stay unacknowledged meanwhile and return to their positions at the end. */
  private async eachOnce(decide: (message: GetMessage) => Promise<'keep' | 'remove'>): Promise<number> {
    let last: GetMessage | undefined;
    let removed = 0;
    const next = () => this.channel.get(this.topology.deadLetters);
    for (let message = await next(); message; message = await next()) {
      if ((await decide(message)) === 'keep') {
        last = message;
        continue;
      }
      this.channel.ack(message);
      removed++;
    }
    if (last) this.channel.nack(last, true, true);
    return removed;
  }

  private publish(content: Buffer, exchange: string, headers: Record<string, unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const properties = { persistent: true, contentType: 'application/json', headers };
      this.channel.publish(exchange, '', content, properties, (error) => (error ? reject(error as Error) : resolve()));
    });
  }
}

/** The broker closes the channel if the user is not allowed to declare queues; a second channel then only checks that they exist. */
async function openChannel(connection: ChannelModel, topology: Topology): Promise<ConfirmChannel> {
  const prepared = async (prepare: typeof declareTopology) => {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined); // the failing call reports it
    await prepare(channel, topology);
    return channel;
  };
  return prepared(declareTopology).catch((error: Error & { code?: number }) => {
    if (error.code !== ACCESS_REFUSED) throw error;
    return prepared(checkTopology);
  });
}

const isWanted = (message: GetMessage, commandId: string | undefined): boolean => commandId === undefined || describe(message).commandId === commandId;

function describe({ content, properties: { headers = {} } }: GetMessage): DeadLetter {
  const { commands, malformed } = decodeMessage(asMessage(content) ?? content, { ids: headers[TRACE_IDS] });
  const [command] = commands;
  const [single, ...others] = [...commands, ...malformed];
  const traceId: unknown = headers['x-trace-id'] ?? (others.length ? undefined : single?.trace?.id);
  return {
    // Without our header, the broker moved the message because of its delivery limit.
    reason: String(headers['x-reason'] ?? headers['x-first-death-reason'] ?? 'unknown'),
    ...(headers['x-problem'] ? { problem: String(headers['x-problem']) } : {}),
    ...(command ? { commandId: command.commandId } : {}),
    ...(traceId ? { traceId: String(traceId) } : {}),
    content: shownContent(content.subarray(0, 4 * MAX_SHOWN_LENGTH).toString(), content.length), // a character has at most four bytes
  };
}

/** The headers that do not depend on the user named in the letter. */
function keptOf({ properties: { headers = {} } }: GetMessage): Record<string, unknown> {
  return Object.fromEntries(['x-problem', 'x-trace-id', 'x-issuer', 'x-accepted-time', TRACE_IDS, ISSUERS, TIMES].flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

/** The origin headers for the command queue. A whole message has packed headers; a letter with a single command has one value for each. */
function originsOf({ properties: { headers = {} } }: GetMessage): Record<string, unknown> {
  const origins = [[TRACE_IDS, 'x-trace-id'], [ISSUERS, 'x-issuer'], [TIMES, 'x-accepted-time']] as const;
  return Object.fromEntries(
    origins.flatMap(([all, one]) => {
      const single: unknown = headers[one];
      const bytes: unknown = typeof single === 'string' ? Buffer.from(single, 'hex') : headers[all];
      return bytes === undefined ? [] : [[all, bytes]];
    }),
  );
}

/** The letter as a message for the command queue: a whole message unchanged, a single command wrapped in a new message. Undefined if it holds no command. */
function asMessage(content: Buffer): Buffer | undefined {
  if (content.length > MAX_MESSAGE_BYTES) return undefined;
  if (decodeMessage(content).commands.length) return content;
  const single = Buffer.from(`{"v":${MESSAGE_VERSION},"commands":[${content.toString()}]}`);
  const { commands } = decodeMessage(single);
  return commands.length ? encodeMessage(commands) : undefined;
}
