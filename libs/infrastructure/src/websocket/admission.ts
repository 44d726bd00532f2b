import { Logger } from '@nestjs/common';
import { type Identity, Refusal } from '@scoreboard/domain';

const logger = new Logger('Admission');

export interface AdmissionOptions {
  /** The identity of a good token; rejects with a refusal for any other, or where nobody can tell now. */
  readonly authenticate: (token: string) => Promise<Identity>;
  /** Whether new clients are taken now: not without a fresh board. */
  readonly admit: () => boolean;
}

/** Lets a client in, without identity where it brings no token, or an action token, which is good for an update alone; throws a refusal where it must stay out. */
export async function admit({ authenticate, admit }: AdmissionOptions, token: unknown): Promise<Identity | undefined> {
  if (!admit()) throw new Refusal('leaderboard-unavailable');
  if (token === undefined || token === null) return undefined;
  if (typeof token !== 'string') throw new Refusal('unauthenticated');
  const identity = await authenticate(token);
  return identity.actionGrant ? undefined : identity;
}

/** Why a client was not let in. A fault is logged, and told as what may work later. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  logger.error('a client could not be authenticated', error);
  return new Refusal('keys-unavailable');
}

/** The `revision` that a client says it had; 0 for what is none. */
export function readRevision(value: unknown): number {
  const revision = Number(value);
  return Number.isSafeInteger(revision) && revision > 0 ? revision : 0;
}
