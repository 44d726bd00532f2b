import { type DecodedMessage, decodeMessage, MAX_MESSAGE_BYTES } from '@scoreboard/application';
import type { ScoreCommand } from '@scoreboard/domain';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { type DeadLetter, malformedLetters } from './dead-letter';
import { ACCEPTED_AT, ISSUERS, SPAN_IDS, TRACE_IDS } from './topology';

/** A batch ends where its malformed messages are longer than this together: they are all written at once. */
const MAX_MALFORMED_BYTES = 8 * 1_048_576;

/** What is kept of a message that is too long to be read. */
const KEPT_BYTES = 65_536;

export interface Arrival {
  readonly channel: ConfirmChannel;
  readonly message: ConsumeMessage;
  readonly at: number;
  decoded?: DecodedMessage;
}

export interface Batch {
  readonly channel: ConfirmChannel;
  readonly commands: ScoreCommand[];
  readonly malformed: DeadLetter[];
  /** When each message's oldest command was submitted. */
  readonly acceptedAt: number[];
  last: ConsumeMessage;
}

/** A message that is too long is judged on arrival, so that a few messages of any length do not fill the memory. */
export function arrivalOf(channel: ConfirmChannel, message: ConsumeMessage): Arrival {
  const arrival = { channel, at: performance.now() };
  if (message.content.length <= MAX_MESSAGE_BYTES) return { ...arrival, message };
  return { ...arrival, message: { ...message, content: Buffer.from(message.content.subarray(0, KEPT_BYTES)) }, decoded: decode(message) };
}

/** Takes the next batch of this channel from the front of `arrived`; undefined where there is none. */
export function takeBatch(arrived: Arrival[], channel: ConfirmChannel, maxBatch: number): Batch | undefined {
  while (arrived[0] && arrived[0].channel !== channel) arrived.shift(); // comes again on this one
  const first = arrived[0];
  if (!first) return undefined;
  const batch: Batch = { channel, commands: [], malformed: [], acceptedAt: [], last: first.message };
  let malformedBytes = 0;
  for (let next: Arrival | undefined = first; next; next = arrived[0]) {
    const decoded = (next.decoded ??= decode(next.message));
    if (batch.commands.length > 0 && batch.commands.length + decoded.commands.length > maxBatch) break;
    batch.commands.push(...decoded.commands);
    const letters = malformedLetters(decoded, next.message.content);
    malformedBytes += letters.reduce((sum, { content }) => sum + content.length, 0);
    batch.malformed.push(...letters);
    batch.acceptedAt.push(acceptedAt(next.message));
    batch.last = next.message;
    arrived.shift();
    if (malformedBytes > MAX_MALFORMED_BYTES) break;
  }
  return batch;
}

const decode = ({ content, properties: { headers = {} } }: ConsumeMessage): DecodedMessage =>
  decodeMessage(content, { ids: headers[TRACE_IDS], spanIds: headers[SPAN_IDS], issuers: headers[ISSUERS] });

/** Whoever else writes to the queue may leave the header out: then it is as old as its delivery. */
export function acceptedAt({ properties }: ConsumeMessage): number {
  const at: unknown = properties.headers?.[ACCEPTED_AT];
  return typeof at === 'number' ? at : Date.now();
}
