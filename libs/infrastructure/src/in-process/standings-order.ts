import { OrderedMap, type OrderedMapIterator } from '@js-sdsl/ordered-map';
import { compareStandings, isRanked, type Place, type RankedScore, type Standing } from '@scoreboard/domain';

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

  top(count: number): RankedScore[] {
    return walk(this.order.begin(), 1, count);
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
}

function walk(at: OrderedMapIterator<Standing, undefined>, rank: number, count: number): RankedScore[] {
  const entries: RankedScore[] = [];
  for (; at.isAccessible() && entries.length < count; at.next()) {
    const [{ userId, score }] = at.pointer;
    entries.push({ rank: rank + entries.length, userId, score });
  }
  return entries;
}
