import { randomUUID } from 'node:crypto';
import { type Board, compareStandings, type LeaderboardRebuild, type RebuildProgress } from '@scoreboard/domain';
import { type LeaderboardScripts, split } from './leaderboard-scripts';
import { packStandings } from './packed-standings';

/** Number of standings of a page per script call, which takes 1 ms beside a million users, twice that beside ten million. */
const PART = 100;

/**
 * Number of parts that are on their way at once. Redis runs all that has arrived on a connection before anybody else's commands, so a page that is sent
 * at once holds up every read. A few keep Redis busy while this process does something else.
 */
const PARTS_IN_FLIGHT = 4;

type Begun = [generation: string, upTo?: string, filled?: string, after?: string];

/** `Leaderboard.beginRebuild`. `leaseMs`: how long the rebuild may be silent before another one may resume or replace it. */
export async function beginRebuild(scripts: LeaderboardScripts, ledgerId: string, leaseMs: number): Promise<LeaderboardRebuild | undefined> {
  const holder = randomUUID();
  const begun = await scripts.run<Begun | null>('beginRebuild', [holder, holder, String(leaseMs), ledgerId]);
  if (!begun) return undefined;
  const [generation, upTo, filled, after] = begun;
  const resumed = after === undefined ? undefined : { upTo: Number(upTo), filled: Number(filled), after };
  return rebuild(scripts, [generation, holder, String(leaseMs)], resumed);
}

/** `held`: the first arguments of each script of a rebuild. */
function rebuild(scripts: LeaderboardScripts, held: readonly string[], resumed?: RebuildProgress): LeaderboardRebuild {
  let filled = resumed?.filled ?? 0;
  return {
    resumed,
    expect: async (users) => {
      let isMore = 1;
      while (isMore) isMore = orReplaced(await scripts.run<number | null>('expectRebuild', [...held, String(users)]));
    },
    fill: async (standings, upTo) => {
      // In the order of the ranking, neighbors in the sorted set are inserted one after the other, while they are in the CPU's caches.
      const parts = [...split([...standings].sort(compareStandings), PART)];
      const fillParts = async () => {
        for (let part = parts.shift(); part; part = parts.shift()) orReplaced(await scripts.run('fillRebuild', [...held, '', packStandings(part)]));
      };
      // After a failure the others send nothing more, which would extend the lease of a rebuild that has ended.
      const stop = () => void parts.splice(0);
      await Promise.all(Array.from({ length: PARTS_IN_FLIGHT }, () => fillParts().finally(stop)));
      if (upTo === undefined || !standings.length) return;
      filled += standings.length;
      // In a call of its own, after all parts: a cut connection may lose any of them.
      orReplaced(await scripts.run('fillRebuild', [...held, `${upTo}:${filled}:${standings.at(-1)!.userId}`, packStandings([])]));
    },
    show: async (best, upTo) => {
      const board = orReplaced(await scripts.run<string | null>('showRebuild', [...held, String(upTo), packStandings(best)]));
      return board === '' ? undefined : (JSON.parse(board) as Board);
    },
    finish: async (upTo) => {
      const board = JSON.parse(orReplaced(await scripts.run<string | null>('finishRebuild', [...held, String(upTo)]))) as Board;
      let isMore = 1;
      while (isMore) isMore = await scripts.run<number>('sweep');
      return board;
    },
  };
}

function orReplaced<T>(reply: T | null): T {
  if (reply === null) throw new Error('another rebuild has replaced this one');
  return reply;
}
