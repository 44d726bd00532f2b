import { createHash } from 'node:crypto';

/** Who posts: players with a token each, as a server sees them. */
export const PLAYERS = 1_000;

/** A UUID, the same for the same number; `PLAYER_ID` is this in SQL, of the number `i`. */
export const playerId = (i: number): string => createHash('md5').update(`${i}`).digest('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
export const PLAYER_ID = 'md5(i::text)::uuid::text';

/** The user whose posts are timed. */
export const PROBE = 'probe';
