import { createHash, randomFillSync } from 'node:crypto';

/**
 * Command ids: UUIDs in lower case, version 7 without a key, version 8 with a key or action token. Events that the ledger
 * creates itself, such as reversals, use version 4, so no command can have the same id.
 */
export const COMMAND_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A UUIDv7 (RFC 9562): Unix milliseconds, then random bits, so that ids created close in time are close in the ledger's index. */
export function newCommandId(now = Date.now()): string {
  const random = randomBytes10();
  return format(now.toString(16).padStart(12, '0'), '7', random);
}

/** The id of every command that this issuer's subject sends with this key: the same on every node and at every retry. */
export const commandIdFromKey = (issuer: string, subject: string, key: string): string => derivedId('key', issuer, subject, key);

/** The id of the one command that this action token allows. Never equal to an id derived from a key. */
export const commandIdFromToken = (issuer: string, subject: string, tokenId: string): string => derivedId('token', issuer, subject, tokenId);

/** The id of the one event that brings a user's total from this source. Never equal to an id derived from a key or a token. */
export const commandIdFromImport = (source: string, userId: string): string => derivedId('import', source, userId, '');

/** A fixed-length id of an issuer: 32 hex digits, the first half of the SHA-256 of `iss`. */
export function issuerDigest(issuer: string): string {
  if (issuer !== newest.issuer) newest = { issuer, digest: createHash('sha256').update(issuer).digest('hex').slice(0, 32) };
  return newest.digest;
}

// Nearly all requests have the same issuer, and a hash costs 2% of a request.
let newest = { issuer: '', digest: createHash('sha256').digest('hex').slice(0, 32) };

/**
 * A UUIDv8 (RFC 9562) from the SHA-256 of all four parts; `JSON.stringify` separates them unambiguously. If the key is a UUIDv7,
 * the first 48 bits are its time, which keeps the ledger's index local; otherwise they are bits of the hash.
 */
function derivedId(kind: 'key' | 'token' | 'import', issuer: string, subject: string, key: string): string {
  const hash = createHash('sha256').update(JSON.stringify([kind, issuer, subject, key])).digest('hex');
  const time = UUID_V7.test(key) ? key.slice(0, 8) + key.slice(9, 13) : hash.slice(20, 32);
  return format(time.toLowerCase(), '8', hash);
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** 48 bits of time, version, 12 bits, variant, 62 bits; `bits` is at least 20 hexadecimal digits. */
const format = (time: string, version: string, bits: string): string =>
  `${time.slice(0, 8)}-${time.slice(8)}-${version}${bits.slice(0, 3)}-${VARIANT[parseInt(bits[3]!, 16) & 3]}${bits.slice(4, 7)}-${bits.slice(7, 19)}`;

const VARIANT = ['8', '9', 'a', 'b'];

// Fetching random bytes for each id is slow, so one call fills a pool for 400 ids.
const pool = Buffer.alloc(10 * 400);
let used = pool.length;

function randomBytes10(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 10;
  return pool.toString('hex', used - 10, used);
}
