import { OrderedMap, type OrderedMapIterator } from '@js-sdsl/ordered-map';
import { compareStandings, isRanked, MAX_TOTAL, type Place, type RankedScore, type Standing } from '@scoreboard/domain';

/** Full ties never come from a ledger. They are ordered by the bytes of the id, because the tree would drop one of two equal keys. */
const compare = (a: Standing, b: Standing): number => compareStandings(a, b) || (a.userId < b.userId ? -1 : Number(a.userId > b.userId));

/** Standings and their ranking in memory: a map of all, and a balanced tree of the ranked ones with subtree sizes, so a rank costs O(log n). */
export class StandingsOrder {
  private readonly standings = new Map<string, Standing>();
  private readonly order = new OrderedMap<Standing, undefined>([], compare, true);

  /** Stores standings, except those that are not newer than the stored one. */
  record(standings: readonly Standing[]): void {
    for (const standing of standings) {
      const held = this.standings.get(standing.userId);
      if (held && held.version >= standing.version) continue;
      if (held && isRanked(held)) this.order.eraseElementByKey(held);
      if (isRanked(standing)) this.order.setElement(standing, undefined);
      this.standings.set(standing.userId, standing);
    }
  }

  /** Forgets a standing; an older one that comes later is stored again. */
  remove(userId: string): void {
    const held = this.standings.get(userId);
    if (!held) return;
    if (isRanked(held)) this.order.eraseElementByKey(held);
    this.standings.delete(userId);
  }

  /** How many users are ranked. */
  get players(): number {
    return this.order.size();
  }

  top(count: number, from: number): RankedScore[] {
    if (from > this.players) return [];
    const at = this.order.lowerBound(this.keyAt(from));
    for (let i = at.index + 1; i < from; i++) at.next(); // past full ties
    return walk(at, from, count);
  }

  place(userId: string): Place | undefined {
    const standing = this.standings.get(userId);
    if (!standing) return undefined;
    const rank = isRanked(standing) ? this.order.find(standing).index + 1 : null;
    return { userId, score: standing.score, rank, version: standing.version };
  }

  around(userId: string, radius: number): RankedScore[] {
    const standing = this.standings.get(userId);
    if (!standing || !isRanked(standing)) return [];
    const at = this.order.find(standing);
    const rank = at.index + 1;
    const above = Math.min(radius, rank - 1);
    for (let i = 0; i < above; i++) at.pre();
    return walk(at, rank - above, above + 1 + radius);
  }

  /** A key at this rank. The tree knows how many stand before a key but not the key of a rank, so the score is found by bisection, then the sequence. */
  private keyAt(rank: number): Standing {
    const key = (score: number, reachedAt: number): Standing => ({ userId: '', score, reachedAt, version: 0, hidden: false });
    const before = (standing: Standing) => {
      const at = this.order.lowerBound(standing);
      return at.isAccessible() ? at.index : this.players;
    };
    const score = bisect((candidate) => before(key(candidate, 0)) < rank);
    return key(score, bisect((candidate) => before(key(score, candidate + 1)) >= rank));
  }
}

/** The smallest number from 0 to `MAX_TOTAL` that holds; every greater one does too. */
function bisect(holds: (candidate: number) => boolean): number {
  let [low, high] = [0, MAX_TOTAL];
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function walk(at: OrderedMapIterator<Standing, undefined>, rank: number, count: number): RankedScore[] {
  const entries: RankedScore[] = [];
  for (; at.isAccessible() && entries.length < count; at.next()) {
    const [{ userId, score }] = at.pointer;
    entries.push({ rank: rank + entries.length, userId, score });
  }
  return entries;
}
