import {
  type Board,
  BOARD_SIZE,
  Leaderboard,
  LeaderboardNotReady,
  type LeaderboardPosition,
  type LeaderboardRebuild,
  type LedgerRange,
  nextRevision,
  type Place,
  type RankedScore,
  type RebuildProgress,
  type Standing,
} from '@scoreboard/domain';
import { cover, watermark } from './covered-ranges';
import { StandingsOrder } from './standings-order';

interface Generation {
  readonly ledgerId: string;
  readonly order: StandingsOrder;
  covered: readonly LedgerRange[];
  /** A rebuild that is silent until then may be resumed or replaced; in ms since the Unix epoch. */
  leaseUntil: number;
  /** The rebuild that fills this generation; another one may take it over. */
  holder?: LeaderboardRebuild;
  progress?: RebuildProgress;
  /** Whether its board is shown while there is no live generation. */
  isShown: boolean;
}

/** Times of a `MemoryLeaderboard`. */
export interface MemoryLeaderboardOptions {
  /** How long a rebuild may be silent before another one may resume or replace it, in ms. Default: 10,000. */
  readonly leaseMs?: number;
}

/** The leaderboard in memory, about 300 bytes per user. Not ready at start, until the first rebuild has finished. */
export class MemoryLeaderboard extends Leaderboard {
  private readonly leaseMs: number;
  private live?: Generation;
  private next?: Generation;
  private shown?: Board;
  private revision = 0;

  constructor({ leaseMs = 10_000 }: MemoryLeaderboardOptions = {}) {
    super();
    this.leaseMs = leaseMs;
  }

  async put(standings: readonly Standing[], covered: LedgerRange): Promise<Board | undefined> {
    for (const generation of [this.live, this.next]) {
      if (!generation) continue;
      generation.order.record(standings);
      generation.covered = cover(generation.covered, covered);
    }
    const visible = this.visible();
    return visible && this.refreshBoard(visible, covered.to);
  }

  async position(): Promise<LeaderboardPosition | undefined> {
    return this.live && { ledgerId: this.live.ledgerId, watermark: watermark(this.live.covered) };
  }

  async board(): Promise<Board> {
    if (!this.shown) throw new LeaderboardNotReady();
    return this.shown;
  }

  async top(count: number, from = 1): Promise<readonly RankedScore[]> {
    return this.order().top(count, from);
  }

  async players(): Promise<number> {
    return this.order().players;
  }

  async places(userIds: readonly string[]): Promise<readonly (Place | undefined)[]> {
    const order = this.order();
    return userIds.map((userId) => order.place(userId));
  }

  async around(userId: string, radius: number): Promise<readonly RankedScore[]> {
    return this.order().around(userId, radius);
  }

  async replace(userId: string, by?: Standing): Promise<Board | undefined> {
    for (const generation of [this.live, this.next]) {
      if (by) generation?.order.record([by]);
      generation?.order.remove(userId);
    }
    if (this.next) Object.assign(this.next, { holder: undefined, leaseUntil: 0 });
    const visible = this.visible();
    return visible && this.refreshBoard(visible, 0);
  }

  async drop(): Promise<void> {
    this.live = this.next = this.shown = undefined;
  }

  async beginRebuild(ledgerId: string): Promise<LeaderboardRebuild | undefined> {
    if (this.next && Date.now() <= this.next.leaseUntil) return undefined;
    const isResumable = this.next?.ledgerId === ledgerId && this.next.progress !== undefined;
    if (!isResumable) this.dropRebuild();
    this.next ??= { ledgerId, order: new StandingsOrder(), covered: [], leaseUntil: 0, isShown: false };
    return this.hold(this.next);
  }

  private hold(rebuilt: Generation): LeaderboardRebuild {
    const renew = () => {
      if (this.next !== rebuilt || rebuilt.holder !== rebuild) throw new Error('another rebuild has replaced this one');
      rebuilt.leaseUntil = Date.now() + this.leaseMs;
    };
    const rebuild: LeaderboardRebuild = {
      resumed: rebuilt.progress,
      fill: async (standings, upTo) => {
        renew();
        rebuilt.order.record(standings);
        const after = standings.at(-1)?.userId;
        if (upTo !== undefined && after !== undefined) rebuilt.progress = { after, filled: (rebuilt.progress?.filled ?? 0) + standings.length, upTo };
        if (rebuilt.isShown) this.refreshBoard(rebuilt, 0);
      },
      show: async (best, upTo) => {
        renew();
        rebuilt.order.record(best);
        if (this.live) return undefined;
        rebuilt.isShown = true;
        return this.refreshBoard(rebuilt, upTo);
      },
      finish: async (upTo) => {
        renew();
        rebuilt.covered = cover(rebuilt.covered, { from: 0, to: upTo });
        this.live = rebuilt;
        this.next = undefined;
        return this.refreshBoard(rebuilt, upTo) ?? this.board();
      },
    };
    rebuilt.holder = rebuild;
    renew();
    return rebuild;
  }

  private dropRebuild(): void {
    this.next = undefined;
    if (!this.live) this.shown = undefined;
  }

  /** The generation whose board is shown. */
  private visible(): Generation | undefined {
    return this.live ?? (this.next?.isShown ? this.next : undefined);
  }

  private order(): StandingsOrder {
    if (!this.live) throw new LeaderboardNotReady();
    return this.live.order;
  }

  /** Returns the new board if the top ten changed. */
  private refreshBoard({ order }: Generation, sequence: number): Board | undefined {
    const entries = order.top(BOARD_SIZE, 1);
    if (this.shown && isSame(entries, this.shown.entries)) return undefined;
    this.revision = nextRevision(this.revision, sequence);
    this.shown = { revision: this.revision, entries };
    return this.shown;
  }
}

const isSame = (a: readonly RankedScore[], b: readonly RankedScore[]): boolean =>
  a.length === b.length && a.every((entry, i) => entry.userId === b[i]!.userId && entry.score === b[i]!.score);
