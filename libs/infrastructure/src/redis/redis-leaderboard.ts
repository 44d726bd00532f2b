import {
  type Board,
  Leaderboard,
  LeaderboardNotReady,
  type LeaderboardPosition,
  type LeaderboardRebuild,
  type LedgerRange,
  type Place,
  type RankedScore,
  type Standing,
} from '@scoreboard/domain';
import { type RedisClientType, RESP_TYPES } from 'redis';
import { LeaderboardScripts, split } from './leaderboard-scripts';
import { packIds, packStandings, parseValue, unpackMember } from './packed-standings';
import { beginRebuild } from './redis-rebuild';
import type { Reader } from './redis-script';

/** How long after its lease a rebuild still receives live puts, and can be resumed. Then it is dropped, so that a dead rebuild does not double the cost of every put. */
const ABANDONED_MS = 60_000;

/** Where a `RedisLeaderboard` ranks. */
export interface RedisLeaderboardOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Prefix of every key; the part in braces keeps all keys on one node of a cluster. Default: `scoreboard:{global}:`. */
  readonly prefix?: string;
  /** How long a rebuild may be silent before another one may resume or replace it, in ms. Default: 10,000. */
  readonly leaseMs?: number;
}

type FoundPlace = [value: string, before?: number | null, negatedScore?: string | null];
type Ranked = [before: number, membersWithScores: Buffer[]];

/**
 * The leaderboard in Redis. Each call is one script, so each put is atomic for readers (a large put in parts of 200).
 *
 * `<prefix>meta` names the generation of keys that readers use (`ranking`) and the one that a rebuild fills (`rebuild`), and holds
 * the revision and how far the rebuild is. `<prefix>board` is the board as JSON, written by the script that changes it: reading it is one GET.
 * A generation is a sorted set (the ranking), hashes (every standing, ranked or not) and the covered ranges of the ledger;
 * `packed-standings.ts` describes their bytes.
 */
export class RedisLeaderboard extends Leaderboard {
  private readonly client: RedisClientType;
  /** The same connection; strings arrive as bytes. */
  private readonly binary: Reader;
  private readonly scripts: LeaderboardScripts;
  private readonly prefix: string;
  private readonly leaseMs: number;

  constructor({ client, prefix = 'scoreboard:{global}:', leaseMs = 10_000 }: RedisLeaderboardOptions) {
    super();
    this.client = client;
    this.binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    this.scripts = new LeaderboardScripts(client, prefix);
    this.prefix = prefix;
    this.leaseMs = leaseMs;
  }

  async put(standings: readonly Standing[], { from, to }: LedgerRange): Promise<Board | undefined> {
    let board: string | null = null;
    const parts = split(standings);
    for (const part of parts) {
      // Only the last part marks the range as covered, because only then are all standings stored.
      const covered = [part === parts.at(-1) ? from : to, to].map(String);
      board = (await this.scripts.run<string | null>('put', [...covered, String(ABANDONED_MS), packStandings(part)])) ?? board;
    }
    return board === null ? undefined : (JSON.parse(board) as Board);
  }

  async position(): Promise<LeaderboardPosition | undefined> {
    const position = await this.scripts.read<[string, string] | null>('position');
    return position ? { ledgerId: position[0], watermark: Number(position[1]) } : undefined;
  }

  async board(): Promise<Board> {
    return JSON.parse(orNotReady(await this.client.get(`${this.prefix}board`))) as Board;
  }

  async top(count: number, from = 1): Promise<readonly RankedScore[]> {
    return decode(orNotReady(await this.scripts.read<Ranked | null>('top', [String(count), String(from)], this.binary)));
  }

  async players(): Promise<number> {
    return orNotReady(await this.scripts.read<number | null>('players'));
  }

  async places(userIds: readonly string[]): Promise<readonly (Place | undefined)[]> {
    const places = await Promise.all(split(userIds).map((part) => this.placesOf(part)));
    return places.flat();
  }

  async around(userId: string, radius: number): Promise<readonly RankedScore[]> {
    return decode(orNotReady(await this.scripts.read<Ranked | null>('around', [packIds([userId]), String(radius)], this.binary)));
  }

  async replace(userId: string, by?: Standing): Promise<Board | undefined> {
    const board = await this.scripts.run<string | null>('replaceUser', [packIds([userId]), packStandings(by ? [by] : [])]);
    return board === null ? undefined : (JSON.parse(board) as Board);
  }

  async drop(): Promise<void> {
    await this.scripts.run('drop');
    let isMore = 1;
    while (isMore) isMore = await this.scripts.run<number>('sweep');
    await this.client.unlink(`${this.prefix}meta`);
  }

  beginRebuild(ledgerId: string): Promise<LeaderboardRebuild | undefined> {
    return beginRebuild(this.scripts, ledgerId, this.leaseMs);
  }

  private async placesOf(userIds: readonly string[]): Promise<(Place | undefined)[]> {
    const places = orNotReady(await this.scripts.read<(FoundPlace | null)[] | null>('places', [packIds(userIds)]));
    return userIds.map((userId, i) => {
      if (!places[i]) return undefined;
      const [value, before, negated] = places[i];
      const { version, score } = parseValue(value);
      return { userId, score: negated ? -Number(negated) : score, rank: typeof before === 'number' ? before + 1 : null, version };
    });
  }
}

/** `members` alternates members and negated scores. */
function decode([before, members]: Ranked): RankedScore[] {
  return Array.from({ length: members.length / 2 }, (_, i) => ({
    rank: before + i + 1,
    userId: unpackMember(members[2 * i]!).userId,
    score: -Number(members[2 * i + 1]!.toString('latin1')),
  }));
}

function orNotReady<T>(reply: T | null): T {
  if (reply === null) throw new LeaderboardNotReady();
  return reply;
}
