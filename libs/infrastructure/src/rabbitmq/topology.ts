import type { ConfirmChannel } from 'amqplib';

export interface TopologyOptions {
  /** Put before every queue's name; tests isolate themselves with it. */
  readonly prefix?: string;
  /** The most messages that wait in the command queue; more are refused. Default 100,000. */
  readonly maxLength?: number;
}

/** Names and bounds of the queues. Publisher and consumer declare the same, or the broker refuses the second. */
export interface Topology {
  readonly commands: string;
  readonly deadLetters: string;
  /** The exchange before each queue: who may publish to it reaches that queue and no other. */
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

/** The header that tells when the oldest command of a message was submitted, in ms since 1970. A message without it is as good. */
export const ACCEPTED_AT = 'x-accepted-at';

/** The headers that tell where a message's commands come from: see `EncodedOrigins`. A message without them is as good. */
export const TRACE_IDS = 'x-trace-ids';
export const SPAN_IDS = 'x-span-ids';
export const ISSUERS = 'x-issuers';

/** What the broker says to a user who lacks a permission. */
export const ACCESS_REFUSED = 403;

/**
 * Declares the queues, and the exchange before each; again is harmless. A queue that exists with other arguments makes the broker
 * close the channel with 406 PRECONDITION_FAILED, a user without the permission to configure with `ACCESS_REFUSED`.
 *
 * The consumer parks what cannot be applied by itself; the delivery limit is a backstop, far above the returns that
 * restarts and crashes cause, because it would also move healthy messages.
 */
export async function declareTopology(channel: ConfirmChannel, { commands, deadLetters, commandsIn, deadLettersIn, maxLength }: Topology): Promise<void> {
  // Looking at the dead letters returns them too, and from 4.0 on a broker would drop them after 20 looks.
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

/** For a user who may not declare: only looks whether all is there. Where something is not, the broker closes the channel with 404. */
export async function checkTopology(channel: ConfirmChannel, { commands, deadLetters, commandsIn, deadLettersIn }: Topology): Promise<void> {
  for (const queue of [deadLetters, commands]) await channel.checkQueue(queue);
  for (const exchange of [deadLettersIn, commandsIn]) await channel.checkExchange(exchange);
}
