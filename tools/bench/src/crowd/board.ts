/** Who leads and whose score tells which push a board is of; the nine behind, and who fills a `top:100`. */
export const PROBE = 'probe';
export const PROBE_LEAD = 9_000_000_000;
export const LEADERS: readonly (readonly [userId: string, score: number])[] = Array.from({ length: 99 }, (_, i) => [
  `${i < 9 ? 'leader-with-an-id-of-a-provider' : 'a-player-with-an-id-as-long-as-an-id-of-a-provider-may-be'}-${i + 1}`,
  8_000_000_000 - i,
]);

const MARK = Buffer.from(`"userId":"${PROBE}","score":`);
const DIGIT_0 = 48;
const DIGIT_9 = 57;

/** The probe's score in a frame's payload; undefined where it stands in none. O(1) for a board: it leads. */
export function probeScore(payload: Buffer): number | undefined {
  const at = payload.indexOf(MARK);
  if (at < 0) return undefined;
  let score = 0;
  for (let i = at + MARK.length; payload[i]! >= DIGIT_0 && payload[i]! <= DIGIT_9; i++) score = score * 10 + payload[i]! - DIGIT_0;
  return score;
}

/** The board that the gateway pushes, as one writes it by hand: so all push the same bytes. */
export const boardOf = (score: number) => ({
  revision: 1_764_000_000 * 2 ** 20 + score - PROBE_LEAD,
  entries: [[PROBE, score] as const, ...LEADERS.slice(0, 9)].map(([userId, points], i) => ({ rank: i + 1, userId, score: points })),
});
