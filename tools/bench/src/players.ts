import { createHash } from 'node:crypto';

/** Who posts: players with a token each, as a server sees them. */
export const PLAYERS = 1_000;

/** A UUID, the same for the same number; `PLAYER_ID` is this in SQL, of the number `i`. */
export const playerId = (i: number): string => createHash('md5').update(`${i}`).digest('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
export const PLAYER_ID = 'md5(i::text)::uuid::text';

/** The user whose posts are timed. */
export const PROBE = 'probe';

/** Who leads and whose score tells which push a board is of; the nine behind, and who fills a `top:100`. */
export const PROBE_LEAD = 9_000_000_000;
export const LEADERS: readonly (readonly [userId: string, score: number])[] = Array.from({ length: 99 }, (_, i) => [
  `${i < 9 ? 'leader-with-an-id-of-a-provider' : 'a-player-with-an-id-as-long-as-an-id-of-a-provider-may-be'}-${i + 1}`,
  8_000_000_000 - i,
]);

/** The board that the gateway pushes, as one writes it by hand: so all push the same bytes. */
export const boardOf = (score: number) => ({
  revision: 1_764_000_000 * 2 ** 20 + score - PROBE_LEAD,
  entries: [[PROBE, score] as const, ...LEADERS.slice(0, 9)].map(([userId, points], i) => ({ rank: i + 1, userId, score: points })),
});
