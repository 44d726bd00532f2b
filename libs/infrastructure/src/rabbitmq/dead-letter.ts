import { bare, type DecodedMessage } from '@scoreboard/application';
import type { Rejection, RejectionReason, ScoreCommand } from '@scoreboard/domain';

/** A header must fit into one frame. */
const MAX_PROBLEM_LENGTH = 500;

/** A message for the dead-letter queue: a command as JSON, or what came instead of one. */
export interface DeadLetter {
  readonly content: Buffer;
  readonly headers: { readonly 'x-reason': RejectionReason; readonly 'x-problem'?: string; readonly 'x-trace-id'?: string; readonly 'x-issuer'?: string };
}

export const rejectedLetter = ({ command, reason }: Rejection): DeadLetter => ({
  content: Buffer.from(JSON.stringify(bare(command))),
  headers: { 'x-reason': reason, ...originOf(command) },
});

/**
 * One letter for each bad element; the message itself, byte for byte, where that was all there was in it. It stands once for all elements
 * that cannot be written alone.
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

const originOf = ({ trace, issuerDigest }: Pick<ScoreCommand, 'trace' | 'issuerDigest'>) => ({
  ...(trace && { 'x-trace-id': trace.id }),
  ...(issuerDigest !== undefined && { 'x-issuer': issuerDigest }),
});

function toJson(content: unknown): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(content));
  } catch {
    return undefined; // JSON is read at any depth, but written only as deep as the stack is
  }
}
