import { bare, type DecodedMessage, encodeTime } from '@scoreboard/application';
import type { Rejection, RejectionReason, ScoreCommand } from '@scoreboard/domain';

/** A header must fit into one AMQP frame. */
const MAX_PROBLEM_LENGTH = 500;

/** A message for the dead-letter queue: a command as JSON, or the malformed content. */
export interface DeadLetter {
  readonly content: Buffer;
  readonly headers: { readonly 'x-reason': RejectionReason; readonly 'x-problem'?: string; readonly 'x-trace-id'?: string; readonly 'x-issuer'?: string; readonly 'x-accepted-time'?: string };
}

export const rejectedLetter = ({ command, reason }: Rejection): DeadLetter => ({
  content: Buffer.from(JSON.stringify(bare(command))),
  headers: { 'x-reason': reason, ...originOf(command) },
});

/**
 * One letter per malformed element. If the message holds nothing else, the letter is the message itself, byte for byte. Elements
 * that cannot be serialized on their own share one letter with the whole message.
 */
export function malformedLetters({ commands, malformed }: DecodedMessage, message: Buffer): readonly DeadLetter[] {
  const isAll = commands.length + malformed.length === 1;
  const letters = malformed.map(({ content, problem, ...origin }) => ({
    content: isAll ? message : (toJson(content) ?? message),
    headers: { 'x-reason': 'malformed' as const, 'x-problem': problem.slice(0, MAX_PROBLEM_LENGTH), ...originOf(origin) },
  }));
  const whole = letters.findIndex(({ content }) => content === message);
  return letters.filter(({ content }, place) => content !== message || place === whole);
}

const originOf = ({ trace, issuerDigest, acceptedAt }: Pick<ScoreCommand, 'trace' | 'issuerDigest' | 'acceptedAt'>) => ({
  ...(trace && { 'x-trace-id': trace.id }),
  ...(issuerDigest !== undefined && { 'x-issuer': issuerDigest }),
  ...(acceptedAt !== undefined && { 'x-accepted-time': encodeTime(acceptedAt) }),
});

function toJson(content: unknown): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(content));
  } catch {
    return undefined; // JSON.parse reads any depth, but JSON.stringify is limited by the stack
  }
}
