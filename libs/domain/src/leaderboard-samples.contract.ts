import type { Leaderboard } from './leaderboard';
import { MAX_TOP } from './score';
import type { LedgerRange } from './score-ledger';
import type { Standing } from './standing';

/** A standing whose last change was a score change. */
export const standing = (userId: string, score: number, seq: number, more: Partial<Standing> = {}): Standing => ({
  userId,
  score,
  reachedAt: seq,
  version: seq,
  hidden: false,
  ...more,
});

export const upTo = (to: number): LedgerRange => ({ from: 0, to });

/** Users u1, u2, … with decreasing scores: u1 ranks first. */
export const ladder = (count: number): Standing[] => Array.from({ length: count }, (_, i) => standing(`u${i + 1}`, 10_000 - i, i + 1));

export async function makeReady(leaderboard: Leaderboard, standings: readonly Standing[] = [], sequence = standings.length, ledgerId = 'ledger-1') {
  const rebuild = await leaderboard.beginRebuild(ledgerId);
  await rebuild!.fill(standings);
  return rebuild!.finish(sequence);
}

export const names = async (leaderboard: Leaderboard): Promise<string[]> => (await leaderboard.top(MAX_TOP)).map((entry) => entry.userId);

/** A seeded random number generator, from 0 to below 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Changes 1 to `count` of a ledger with 700 users: scores raised and reversed, users hidden and shown. */
export function randomChanges(count: number, random: () => number): Standing[] {
  const held = new Map<string, Standing>();
  return Array.from({ length: count }, (_, i) => {
    const userId = `user-${Math.floor(random() * 700)}`;
    const last = held.get(userId) ?? standing(userId, 0, 0);
    const isToggle = random() < 0.1;
    const score = random() < 0.05 ? 0 : last.score + 1 + Math.floor(random() * 3);
    const next = isToggle ? { ...last, version: i + 1, hidden: !last.hidden } : { ...last, score, reachedAt: i + 1, version: i + 1 };
    held.set(userId, next);
    return next;
  });
}

/** Splits the changes into ranges of 1 to 200, repeats every fourth, and shuffles them. */
export function batchesOf(changes: readonly Standing[], random: () => number) {
  const batches: { standings: readonly Standing[]; range: LedgerRange }[] = [];
  for (let from = 0; from < changes.length; ) {
    const to = Math.min(from + 1 + Math.floor(random() * 200), changes.length);
    batches.push({ standings: changes.slice(from, to), range: { from, to } });
    from = to;
  }
  return [...batches, ...batches.filter((_, i) => i % 4 === 0)]
    .map((batch) => ({ batch, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ batch }) => batch);
}
