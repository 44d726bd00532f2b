import { createHmac } from 'node:crypto';

export const SECRET = 'a secret of the input tests, long enough';
export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'scoreboard';

const encode = (part: object | string): string => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
export const hmac = (signed: string, secret = SECRET, hash = 'sha256'): string => createHmac(hash, secret).update(signed).digest('base64url');

/** A compact JWS with any header and claims, signed by `sign`. */
export function jws(header: object, claims: object | string, sign: (signed: string) => string = hmac): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign(signed)}`;
}

export const now = (): number => Math.floor(Date.now() / 1_000);

/** Claims of a token that is valid for ten minutes. */
export const claims = (more: object = {}): object => ({ iss: ISSUER, aud: AUDIENCE, sub: 'ann', scope: 'scores:write', exp: now() + 600, ...more });

/** A valid token, unless `more` or `header` make it invalid. Undefined claims are left out. */
export const token = (more: object = {}, header: object = {}): string => jws({ alg: 'HS256', typ: 'JWT', ...header }, claims(more));
