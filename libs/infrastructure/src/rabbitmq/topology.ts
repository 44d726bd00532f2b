import type { ConfirmChannel } from 'amqplib';

export interface TopologyOptions {
  /** Prefix of every queue name, which isolates tests from each other. */
  readonly prefix?: string;
  /** Maximum number of messages in the command queue; more are refused. Default: 100,000. */
  readonly maxLength?: number;
}

/** Names and limits of the queues. Publisher and consumer must declare the same, or the broker refuses the second declaration. */
export interface Topology {
  readonly commands: string;
  readonly deadLetters: string;
  /** The exchange in front of each queue. The permission to publish to it gives access to that queue only. */
  readonly commandsIn: string;
  readonly deadLettersIn: string;
  readonly maxLength: number;
}

export const topologyOf = ({ prefix = '', maxLength = 100_000 }: TopologyOptions): Topology => ({
  commands: `${prefix}scores.commands`,
  deadLetters: `${prefix}scores.commands.dead`,
  commandsIn: `${prefix}scores.commands.in`,
  deadLettersIn: `${prefix}scores.commands.dead.in`,
  maxLength,
});

/** Header: when the oldest command of the message was submitted, in ms since the Unix epoch. Optional. */
export const ACCEPTED_AT = 'x-accepted-at';

/** Header: true if somebody waits for the outcome of a command, so that the message must not be held back. Optional. */
export const AWAITED = 'x-awaited';

/** Headers: where the commands of the message come from and when they were accepted, see `EncodedOrigins`. Optional. */
export const TRACE_IDS = 'x-trace-ids';
export const SPAN_IDS = 'x-span-ids';
export const ISSUERS = 'x-issuers';
export const TIMES = 'x-accepted-times';

/** The AMQP reply code for a missing permission. */
export const ACCESS_REFUSED = 403;

/**
 * Declares the queues and the exchange in front of each. Idempotent. If a queue exists with different arguments, the broker
 * closes the channel with 406 PRECONDITION_FAILED; if the user lacks the permission to configure, with `ACCESS_REFUSED`.
 *
 * The consumer itself moves commands that cannot be applied to the dead letters. The delivery limit is only a backstop. It is
 * far higher than the number of redeliveries caused by restarts and crashes, because it would also move valid messages.
 */
export async function declareTopology(channel: ConfirmChannel, { commands, deadLetters, commandsIn, deadLettersIn, maxLength }: Topology): Promise<void> {
  // Listing dead letters also redelivers them, and RabbitMQ 4.0 and later drop a message after 20 redeliveries by default.
  await channel.assertQueue(deadLetters, { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000 } });
  await channel.assertQueue(commands, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-delivery-limit': 200,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': deadLetters,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      'x-max-length': maxLength,
    },
  });
  for (const [exchange, queue] of [[commandsIn, commands], [deadLettersIn, deadLetters]] as const) {
    await channel.assertExchange(exchange, 'fanout', { durable: true });
    await channel.bindQueue(queue, exchange, '');
  }
}

/** For a user who is not allowed to declare: only checks that everything exists. If something is missing, the broker closes the channel with 404. */
export async function checkTopology(channel: ConfirmChannel, { commands, deadLetters, commandsIn, deadLettersIn }: Topology): Promise<void> {
  for (const queue of [deadLetters, commands]) await channel.checkQueue(queue);
  for (const exchange of [deadLettersIn, commandsIn]) await channel.checkExchange(exchange);
}
