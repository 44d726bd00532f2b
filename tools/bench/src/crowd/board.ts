import { PROBE } from '../players';

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
