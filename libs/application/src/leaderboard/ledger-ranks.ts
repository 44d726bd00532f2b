import { type LeaderboardRebuilding, MAX_TOP, type Place, type RankedScore, Refusal, ScoreboardEvents, ScoreLedger } from '@scoreboard/domain';
import { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';

/** Maximum number of concurrent reads of ranks: each one scans every total. */
const MAX_READS = 4;

/** Maximum number of reads of ranks during one rebuild in this process, evenly spread: together they scan this many times what the rebuild reads. */
const READS_PER_REBUILD = 10;

/** What all callers share is used for this long, or for as long as it took to read. */
const SHARED_MS = 1_000;

const unavailable = () => new Refusal('leaderboard-unavailable', { detail: 'Ranks are being rebuilt. Try again in a second.', retryAfter: 1 });

/**
 * Ranks from the ledger, for the time in which the leaderboard cannot answer. Each read scans every total, so few are allowed at a time. All callers share
 * the reads of the top and of the number of players.
 *
 * A process that fills the leaderboard itself, such as the standalone, reads one rank at a time, and the next one when another tenth of the
 * users is copied. Otherwise a single client that asks all the time would make the rebuild many times slower: its pages wait behind the scans.
 *
 * Refusals: `leaderboard-unavailable` if no read is allowed now; `ledger-unavailable` if the ledger cannot answer.
 */
export class LedgerRanks {
  private reads = 0;
  private rebuilding?: LeaderboardRebuilding;
  /** How many standings were copied when the last rank was read during this rebuild. */
  private copiedAtRead?: number;
  private readonly sharedTop: () => Promise<readonly RankedScore[]>;
  private readonly sharedPlayers: () => Promise<number>;

  constructor(
    private readonly ledger: ScoreLedger,
    private readonly errors: ErrorReporter,
    events: ScoreboardEvents,
  ) {
    this.sharedTop = shared(() => readLedger(errors, () => ledger.top(MAX_TOP)));
    this.sharedPlayers = shared(() => readLedger(errors, () => ledger.players()));
    events.on('leaderboard.rebuilding', (rebuilding) => {
      this.rebuilding = rebuilding.state === 'running' ? rebuilding : undefined;
      if (!this.rebuilding) this.copiedAtRead = undefined;
    });
  }

  /** The best `count`, 1 to `MAX_TOP`, as of the last second. */
  async top(count: number): Promise<readonly RankedScore[]> {
    return (await this.sharedTop()).slice(0, count);
  }

  /** The `count` users from rank `from` on. */
  ranks(from: number, count: number): Promise<readonly RankedScore[]> {
    return this.read(() => this.ledger.top(count, from));
  }

  /** The ranked ones of these users, best first. */
  ranked(userIds: readonly string[]): Promise<readonly RankedScore[]> {
    return this.read(() => this.ledger.ranked(userIds));
  }

  /** How many users are ranked, as of the last second. */
  players(): Promise<number> {
    return this.sharedPlayers();
  }

  /** A user's score and rank among all players; undefined if the user is unknown. The rank of a hidden user is null. */
  async place(userId: string): Promise<(Pick<Place, 'score' | 'rank'> & { readonly players: number }) | undefined> {
    const place = await this.read(async () => (await this.ledger.around(userId, 0))[0] ?? this.unranked(userId));
    return place && { score: place.score, rank: place.rank, players: Math.max(await this.players(), place.rank ?? 0) };
  }

  /** A ranked user with up to `radius` neighbors on either side; empty if the user is not ranked. */
  around(userId: string, radius: number): Promise<readonly RankedScore[]> {
    return this.read(() => this.ledger.around(userId, radius));
  }

  private async unranked(userId: string): Promise<Pick<Place, 'score' | 'rank'> | undefined> {
    const standing = await this.ledger.standing(userId);
    return standing && { score: standing.score, rank: null };
  }

  private async read<T>(read: () => Promise<T>): Promise<T> {
    if (!this.mayRead()) throw unavailable();
    this.copiedAtRead = this.rebuilding?.standings;
    this.reads++;
    try {
      return await readLedger(this.errors, read);
    } finally {
      this.reads--;
    }
  }

  private mayRead(): boolean {
    if (!this.rebuilding) return this.reads < MAX_READS;
    const { standings, total } = this.rebuilding;
    return !this.reads && (this.copiedAtRead === undefined || standings - this.copiedAtRead >= total / READS_PER_REBUILD);
  }
}

/** One read at a time for all callers. Its result is used for a second, or longer if the read took longer. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { readonly result: Promise<T>; freshUntil: number } | undefined;
  return () => {
    const begunAt = performance.now();
    if (last && begunAt < last.freshUntil) return last.result;
    const next = { result: read(), freshUntil: Infinity };
    const onEnd = () => void (next.freshUntil = performance.now() + Math.max(SHARED_MS, performance.now() - begunAt));
    next.result.then(onEnd, onEnd);
    last = next;
    return next.result;
  };
}
