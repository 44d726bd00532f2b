import { parseAddress } from './address.ts';
import { ConnectionError } from './connection-error.ts';
import type { RankedScore } from './messages.ts';
import { reasonOf } from './network-failure.ts';
import { type Problem, wordsOf } from './submit-error.ts';

const ANSWER_MS = 15_000;

/** Where players are looked for, and how many. */
export interface FindOptions {
  /** The id of the board. Default: `global`. */
  readonly board?: string;
  /** 1 to 100; default 10. */
  readonly limit?: number;
}

/** See `Scoreboard.findPlayers`. */
export async function findPlayers(url: string, name: string, { board = 'global', limit }: FindOptions): Promise<readonly RankedScore[]> {
  if (typeof name !== 'string') throw new TypeError(`Malformed name: expected a string, got ${String(name)}`);
  const { origin, path } = parseAddress(url);
  const endpoint = `${origin}${path}/api/boards/${encodeURIComponent(board)}/players`;
  const query = new URLSearchParams({ name, ...(limit !== undefined && { limit: String(limit) }) });
  const response = await fetch(`${endpoint}?${query}`, { signal: AbortSignal.timeout(ANSWER_MS) }).catch((cause: unknown) => {
    throw new ConnectionError(`${endpoint} did not answer (${reasonOf(cause) ?? (cause as Error).message})`);
  });
  if (response.ok) return (await response.json()) as readonly RankedScore[];
  // A proxy in front of the server may answer with something other than JSON.
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  const why = wordsOf(problem);
  throw new ConnectionError(`${endpoint} answered ${response.status}${why ? `: ${why}` : ''}`, response.status);
}
