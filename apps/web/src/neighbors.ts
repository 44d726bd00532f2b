import type { Me, RankedScore, Scoreboard } from '@scoreboard/client';
import { BoardTable } from './board-table';
import { GLOBAL } from './boards';
import { find } from './find';
import { exact } from './numbers';
import { fill, pointsFor, words } from './words';

/** How many neighbors are shown on either side. */
const RADIUS = 2;

/**
 * The player who has a place, but not among the first `count`: under the board, with the neighbors on either side and the points to the next place.
 * Watches the neighbors only meanwhile, since each watcher costs the gateway a read per second.
 */
export class Neighbors {
  private readonly table = find<HTMLTableElement>('table');
  private rows?: BoardTable;
  private top?: readonly RankedScore[];
  private me?: Me;
  private around: readonly RankedScore[] = [];
  private ends: readonly (() => void)[] = [];
  private endAround?: () => void;

  constructor(
    private readonly board: Scoreboard,
    private readonly count: number,
  ) {}

  /** Is about this board from now on. */
  choose(id: string): void {
    for (const end of this.ends) end();
    this.top = undefined;
    this.forget();
    const of = id === GLOBAL ? ('' as const) : (`@${id}` as const);
    const look = () => this.look(of);
    this.ends = [
      this.board.on(`top${of}`, ({ entries }) => {
        this.top = entries;
        look();
      }),
      this.board.on(`me${of}`, (me) => {
        this.me = me;
        look();
      }),
    ];
  }

  /** There is no player any more. */
  forget(): void {
    this.me = undefined;
    this.leave();
  }

  private look(of: '' | `@${string}`): void {
    const { me, top } = this;
    // The board knows first whether the player is on it: a rank that others changed arrives up to five seconds later.
    const isBelow = typeof me?.rank === 'number' && top && !top.some(({ userId }) => userId === me.userId);
    if (!isBelow) this.leave();
    else if (this.endAround) this.show();
    else this.endAround = this.watch(of);
  }

  private watch(of: '' | `@${string}`): () => void {
    const take = (entries: readonly RankedScore[]) => {
      this.around = entries;
      this.show();
    };
    return of ? this.board.on(`around:me${of}`, ({ entries }) => take(entries)) : this.board.on('around:me', take);
  }

  private leave(): void {
    this.endAround?.();
    this.endAround = undefined;
    this.around = [];
    this.show();
  }

  private show(): void {
    const { around, table, top = [] } = this;
    const at = around.findIndex(({ userId }) => userId === this.me?.userId);
    const own = around[at];
    if (!own || own.rank <= this.count) {
      table.deleteTFoot();
      this.rows = undefined;
      return;
    }
    this.rows ??= this.createRows();
    this.rows.markOwn(own.userId);
    const isOnBoard = ({ rank, userId }: RankedScore) => rank <= this.count || top.some((entry) => entry.userId === userId);
    this.rows.show(around.slice(Math.max(0, at - RADIUS), at + RADIUS + 1).filter((entry) => !isOnBoard(entry)), top[0]?.score);
    const gap = table.tFoot!.rows[0]!.cells[0]!;
    const text = gapBetween(own, around.slice(0, at));
    if (gap.textContent !== text) gap.textContent = text;
  }

  /** A row of its own names the group: screen readers read it before the rows, and announce no change. */
  private createRows(): BoardTable {
    const gap = document.createElement('th');
    Object.assign(gap, { colSpan: 3, scope: 'rowgroup' });
    const foot = this.table.createTFoot();
    foot.dataset.around = '';
    foot.insertRow().append(gap);
    return new BoardTable(foot, 1);
  }
}

/**
 * How many points pass the next player above. Of two with the same score the first to reach it stands higher, so an equal score is not enough; one point
 * more also passes everybody else who has that score, as far as `above` shows them.
 */
function gapBetween(own: RankedScore, above: readonly RankedScore[]): string {
  const next = above.at(-1);
  if (!next) return '';
  const points = next.score - own.score + 1;
  const { rank } = above.find(({ score }) => score === next.score)!;
  return fill(words.toPlace, { points: fill(pointsFor(points), { n: exact(points) }), rank: exact(rank) });
}
