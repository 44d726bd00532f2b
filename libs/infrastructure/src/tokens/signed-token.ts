import { MAX_TOKEN_BYTES } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose';
import type { KeyHint, VerificationKey } from './key-source';

export type Claims = Readonly<JWTPayload>;

/** A token as it was sent: nothing in it is true before `isSignedWith` says so. */
export interface UnverifiedToken {
  readonly hint: KeyHint;
  readonly claims: Claims;
}

/** RFC 7515, section 7.1. jose would skip white space, and take other characters for the same bytes. */
function isCompact(token: string): boolean {
  const parts = token.split('.');
  return parts.length === 3 && parts.every((part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part);
}

/**
 * Reads a token in the compact form. Of its header `alg` and `kid` are read and nothing else: a token never says where a key
 * is (`jku`, `x5u`) nor brings one (`jwk`, `x5c`).
 *
 * Throws `unauthenticated` for anything else, also for any extension that `crit` says must be known.
 */
export function readToken(token: string): UnverifiedToken {
  if (token.length > MAX_TOKEN_BYTES) throw unauthenticated('The token is longer than 8 KiB.');
  if (!isCompact(token)) throw unauthenticated('Malformed token: expected three parts in base64url, separated by dots.');
  const { header, claims } = decode(token);
  const { alg, kid, crit } = header;
  if (typeof alg !== 'string') throw unauthenticated('The token does not name its algorithm.');
  if (crit !== undefined) throw unauthenticated('The token requires an extension that is not supported.');
  return { hint: typeof kid === 'string' ? { alg, kid } : { alg }, claims };
}

/** Whether this key signed the token, by an algorithm that the key is good for. */
export async function isSignedWith({ key, algorithms }: VerificationKey, token: string): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [...algorithms] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

export const unauthenticated = (detail: string) => new Refusal('unauthenticated', { detail });

function decode(token: string) {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch {
    throw unauthenticated('Malformed token: its header and its claims must be JSON objects.');
  }
}
