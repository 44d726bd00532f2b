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
import { ACCESS_REFUSED, checkTopology, declareTopology, type Topology, topologyOf, TRACE_IDS } from './topology';

/** What ended in the dead-letter queue, over one connection; for an operator's command, one at a time. */
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

  /** All of them, oldest first; they stay where they are. */
  async list(): Promise<readonly DeadLetter[]> {
    const entries: DeadLetter[] = [];
    await this.eachOnce(async (message) => {
      entries.push(describe(message));
      return 'keep';
    });
    return entries;
  }

  /**
   * Queues commands again, all or the one with this id, and resolves with how many; each is removed once the queue has confirmed
   * it. What cannot be applied yet comes back; what holds no command stays.
   */
  replay(commandId?: string): Promise<number> {
    const replayed = new Set<string>();
    return this.eachOnce(async (message) => {
      const again = isWanted(message, commandId) ? asMessage(message.content) : undefined;
      // What comes back while this runs has had its turn.
      const content = again?.toString();
      if (!again || replayed.has(content!)) return 'keep';
      replayed.add(content!);
      await this.publish(again, this.topology.commandsIn, tracesOf(message));
      return 'remove';
    });
  }

  /** Forgets all, or the one with this command id, for good; resolves with how many. */
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

  /** Letters are replaced one by one, the new one before the old one goes: broken off, one may be there twice, which is harmless. */
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

  /** Shows each letter to `decide` once, and resolves with the number removed. Kept ones are held meanwhile and return to their places at the end. */
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

/** The broker ends a channel on which a user declares who may not: a second one looks whether all is there. */
async function openChannel(connection: ChannelModel, topology: Topology): Promise<ConfirmChannel> {
  const prepared = async (prepare: typeof declareTopology) => {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined); // what fails on it tells that
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
    // Without our header it was the broker that moved it: its delivery limit.
    reason: String(headers['x-reason'] ?? headers['x-first-death-reason'] ?? 'unknown'),
    ...(headers['x-problem'] ? { problem: String(headers['x-problem']) } : {}),
    ...(command ? { commandId: command.commandId } : {}),
    ...(traceId ? { traceId: String(traceId) } : {}),
    content: shownContent(content.subarray(0, 4 * MAX_SHOWN_LENGTH).toString(), content.length), // a character has four bytes at the most
  };
}

/** The headers that tell the same of a letter whoever is named in it. */
function keptOf({ properties: { headers = {} } }: GetMessage): Record<string, unknown> {
  return Object.fromEntries(['x-problem', 'x-trace-id', TRACE_IDS].flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

/** The trace headers of a message for the command queue: a whole one has them, a single command's letter names one request. */
function tracesOf({ properties: { headers = {} } }: GetMessage): Record<string, unknown> {
  const traceId: unknown = headers['x-trace-id'];
  const ids: unknown = typeof traceId === 'string' ? Buffer.from(traceId, 'hex') : headers[TRACE_IDS];
  return ids === undefined ? {} : { [TRACE_IDS]: ids };
}

/** A message for the command queue: a whole message that the broker moved as it is, or a single command in a new one. */
function asMessage(content: Buffer): Buffer | undefined {
  if (content.length > MAX_MESSAGE_BYTES) return undefined;
  if (decodeMessage(content).commands.length) return content;
  const single = Buffer.from(`{"v":${MESSAGE_VERSION},"commands":[${content.toString()}]}`);
  const { commands } = decodeMessage(single);
  return commands.length ? encodeMessage(commands) : undefined;
}
