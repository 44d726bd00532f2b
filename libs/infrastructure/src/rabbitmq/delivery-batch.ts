import { type DecodedMessage, decodeMessage, MAX_MESSAGE_BYTES } from '@scoreboard/application';
import type { ScoreCommand } from '@scoreboard/domain';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { type DeadLetter, malformedLetters } from './dead-letter';
import { ACCEPTED_AT, AWAITED, ISSUERS, SPAN_IDS, TIMES, TRACE_IDS } from './topology';

/** A batch ends when its malformed messages together exceed this size, because they are all published at once. */
const MAX_MALFORMED_BYTES = 8 * 1_048_576;

/** How much is kept of a message that is too long to be decoded. */
const KEPT_BYTES = 65_536;

export interface Arrival {
  readonly channel: ConfirmChannel;
  readonly message: ConsumeMessage;
  /** Somebody waits for its outcome, so it must not be held back. */
  readonly isAwaited: boolean;
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

/** A message that is too long is decoded on arrival and truncated, so that a few huge messages do not fill the memory. */
export function arrivalOf(channel: ConfirmChannel, message: ConsumeMessage): Arrival {
  const arrival = { channel, isAwaited: message.properties.headers?.[AWAITED] === true };
  if (message.content.length <= MAX_MESSAGE_BYTES) return { ...arrival, message };
  return { ...arrival, message: { ...message, content: Buffer.from(message.content.subarray(0, KEPT_BYTES)) }, decoded: decode(message) };
}

/** Takes the next batch of this channel from the front of `arrived`; undefined if there is none. */
export function takeBatch(arrived: Arrival[], channel: ConfirmChannel, maxBatch: number): Batch | undefined {
  while (arrived[0] && arrived[0].channel !== channel) arrived.shift(); // is delivered again on this channel
  const first = arrived[0];
  if (!first) return undefined;
  const batch: Batch = { channel, commands: [], malformed: [], acceptedAt: [], last: first.message };
  let malformedBytes = 0;
  for (let next: Arrival | undefined = first; next; next = arrived[0]) {
    const { commands } = decoded(next);
    if (batch.commands.length > 0 && batch.commands.length + commands.length > maxBatch) break;
    batch.commands.push(...commands);
    const letters = malformedLetters(decoded(next), next.message.content);
    malformedBytes += letters.reduce((sum, { content }) => sum + content.length, 0);
    batch.malformed.push(...letters);
    batch.acceptedAt.push(acceptedAt(next.message));
    batch.last = next.message;
    arrived.shift();
    if (malformedBytes > MAX_MALFORMED_BYTES) break;
  }
  return batch;
}

export const decoded = (arrival: Arrival): DecodedMessage => (arrival.decoded ??= decode(arrival.message));

const decode = ({ content, properties: { headers = {} } }: ConsumeMessage): DecodedMessage =>
  decodeMessage(content, { ids: headers[TRACE_IDS], spanIds: headers[SPAN_IDS], issuers: headers[ISSUERS], times: headers[TIMES] });

/** When the message was accepted. Other publishers may omit the header; then the time of delivery is used. */
export function acceptedAt({ properties }: ConsumeMessage): number {
  const at: unknown = properties.headers?.[ACCEPTED_AT];
  return typeof at === 'number' ? at : Date.now();
}
