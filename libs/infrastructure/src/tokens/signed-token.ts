import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { MAX_TOKEN_BYTES } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose';
import type { KeyHint, VerificationKey } from './key-source';

export type Claims = Readonly<JWTPayload>;

/** A parsed token. Untrusted until `isSignedWith` returns true. */
export interface UnverifiedToken {
  readonly hint: KeyHint;
  readonly claims: Claims;
}

/** RFC 7515, section 7.1. Stricter than jose, which skips white space and accepts non-canonical base64url. */
function isCompact(token: string): boolean {
  const parts = token.split('.');
  return parts.length === 3 && parts.every((part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part);
}

/**
 * Parses a token in compact form. Only `alg` and `kid` of its header are used: a token must not point to a key (`jku`, `x5u`)
 * or contain one (`jwk`, `x5c`).
 *
 * Throws `unauthenticated` for any other form, and for any extension listed in `crit`.
 */
export function readToken(token: string): UnverifiedToken {
  if (token.length > MAX_TOKEN_BYTES) throw unauthenticated('The token is longer than 8 KiB.');
  if (!isCompact(token)) throw unauthenticated('Malformed token: expected three dot-separated base64url parts.');
  const { header, claims } = decode(token);
  const { alg, kid, crit } = header;
  if (typeof alg !== 'string') throw unauthenticated('The token header has no alg.');
  if (crit !== undefined) throw unauthenticated('The token requires an extension (crit) that is not supported.');
  return { hint: typeof kid === 'string' ? { alg, kid } : { alg }, claims };
}

/** Whether this key signed the token, with an algorithm that the key allows. The token has passed `readToken`, which checks its form and refuses `crit`. */
export async function isSignedWith({ key, algorithms }: VerificationKey, token: string): Promise<boolean> {
  try {
    if (key.type === 'secret') return algorithms.includes(decodeProtectedHeader(token).alg!) && isAuthenticated(key as KeyObject, token);
    await compactVerify(token, key, { algorithms: [...algorithms] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

/** HS256 (RFC 7518, section 3.2). jose hands each HMAC to a thread, which takes ten times as long as the HMAC itself. */
function isAuthenticated(secret: KeyObject, token: string): boolean {
  const end = token.lastIndexOf('.');
  const expected = createHmac('sha256', secret).update(token.slice(0, end)).digest();
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}

export const unauthenticated = (detail: string) => new Refusal('unauthenticated', { detail });

function decode(token: string) {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch {
    throw unauthenticated('Malformed token: its header and its claims must be JSON objects.');
  }
}
