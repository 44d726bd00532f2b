import { isRanked, type Standing } from '@scoreboard/domain';

/*
 * The leaderboard's data in Redis, byte by byte. About 150 bytes per user whose id is a UUID.
 *
 * An id is packed as a zero byte and the 16 bytes of the UUID, if it is a UUID as `uuid` prints it (36 characters, lower case). Any other id is its
 * ASCII text. No text begins with a zero byte, so two ids never have the same bytes.
 *
 *   <prefix><generation>:order          sorted set of the ranked users
 *       member                          7 bytes: reachedAt, big-endian; then the packed id
 *       score                           -score
 *   <prefix><generation>:<n>:standings  hashes of all users, about 32 in each: bucket n = 0, 1, … (lua/generation.lua)
 *       field                           the packed id
 *       value                           decimal text: `reachedAt` of a ranked user whose version is reachedAt, as it nearly always is;
 *                                       `reachedAt:version` of another ranked user; `reachedAt:version:score` of a user without a rank
 *   <prefix><generation>:covered        text: the covered ranges of the ledger, `from-to,…`
 *
 * Ascending order of the sorted set is the ranking: by score, then reachedAt. Two users of one ledger never have the same reachedAt.
 *
 * On the way to a script, standings are one argument. For each: the packed id, the value, and the text of -score or none if the user is not ranked, each
 * after one byte with its length; reachedAt in 7 bytes; version as a big-endian double. Packed ids alone are the ids, each after one byte with its length.
 */

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UUID_BYTES = 17;
const REACHED_AT_BYTES = 7;
const MAX_ID_BYTES = 255;
const MAX_VALUE_BYTES = 3 * 16 + 2;
const MAX_SCORE_BYTES = 17;
/** Of a packed standing without the id itself. */
const MAX_STANDING_BYTES = 1 + 1 + MAX_VALUE_BYTES + 1 + MAX_SCORE_BYTES + REACHED_AT_BYTES + 8;

export function packIds(userIds: readonly string[]): Buffer {
  const packed = Buffer.allocUnsafe(userIds.length * (1 + MAX_ID_BYTES));
  let end = 0;
  for (const userId of userIds) end = writeId(packed, userId, end);
  return packed.subarray(0, end);
}

export function packStandings(standings: readonly Standing[]): Buffer {
  // Not for the longest ids: memory that is not used is collected as garbage too.
  const packed = Buffer.allocUnsafe(standings.reduce((bytes, { userId }) => bytes + userId.length + MAX_STANDING_BYTES, 0));
  let end = 0;
  for (const standing of standings) {
    end = writeText(packed, valueOf(standing), writeId(packed, standing.userId, end));
    end = writeText(packed, isRanked(standing) ? `-${standing.score}` : '', end);
    end = packed.writeUIntBE(Math.floor(standing.reachedAt / 2 ** 32), end, 3);
    end = packed.writeUInt32BE(standing.reachedAt % 2 ** 32, end);
    end = packed.writeDoubleBE(standing.version, end);
  }
  return packed.subarray(0, end);
}

/** The text of a packed id, such as a field of a hash. */
export function unpackId(packed: Buffer): string {
  if (packed[0] !== 0) return packed.toString('latin1');
  const hex = packed.toString('hex', 1);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The user of a member of the sorted set, and the sequence at which the user reached the score. */
export function unpackMember(member: Buffer): { readonly userId: string; readonly reachedAt: number } {
  const reachedAt = member.readUIntBE(0, 3) * 2 ** 32 + member.readUInt32BE(3);
  return { userId: unpackId(member.subarray(REACHED_AT_BYTES)), reachedAt };
}

function valueOf(standing: Standing): string {
  const { reachedAt, version, score } = standing;
  if (!isRanked(standing)) return `${reachedAt}:${version}:${score}`;
  return version === reachedAt ? `${reachedAt}` : `${reachedAt}:${version}`;
}

/** The numbers of a value. The score of a ranked user is not in it: 0. */
export function parseValue(value: string): { readonly reachedAt: number; readonly version: number; readonly score: number } {
  const [reachedAt, version = reachedAt, score = 0] = value.split(':');
  return { reachedAt: Number(reachedAt), version: Number(version), score: Number(score) };
}

/** Writes the length of the packed id and the packed id; returns where it ends. */
function writeId(packed: Buffer, userId: string, at: number): number {
  if (!UUID.test(userId)) return writeText(packed, userId, at);
  packed.writeUInt16BE(UUID_BYTES << 8, at); // the length, and the zero byte
  packed.write(userId.replaceAll('-', ''), at + 2, 'hex');
  return at + 1 + UUID_BYTES;
}

function writeText(packed: Buffer, text: string, at: number): number {
  packed.writeUInt8(text.length, at);
  return at + 1 + packed.write(text, at + 1, 'latin1');
}
