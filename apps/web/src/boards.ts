/** The board that counts every point and never resets. */
export const GLOBAL = 'global';

/** A period of a board; its times are null if the board neither resets nor is a season. */
export interface Period {
  readonly id: string;
  readonly start?: string | null;
  readonly end: string | null;
  /** Null until everything that was accepted before its end is counted. */
  readonly closedAt?: string | null;
}

/** A board, and the period that counts now. */
export interface BoardInfo {
  readonly id: string;
  readonly reset?: 'daily' | 'weekly' | 'monthly' | 'yearly';
  readonly period?: Period;
}

export interface Winner {
  readonly userId: string;
  readonly name?: string;
}

const ANSWER_MS = 15_000;

/** All boards, and the server's time, in ms since the Unix epoch. `server` is its address; by default that of the page. */
export async function readBoards(server = ''): Promise<{ readonly boards: readonly BoardInfo[]; readonly now: number }> {
  const response = await get(`${server.replace(/\/+$/, '')}/api/boards`);
  const boards = (await response.json()) as readonly BoardInfo[];
  return { boards, now: Date.parse(response.headers.get('Date') ?? '') || Date.now() };
}

/** The periods of a board that have begun, newest first. */
export const readPeriods = async (board: string): Promise<readonly Period[]> => (await get(`/api/boards/${board}/periods`)).json() as Promise<readonly Period[]>;

/** The best three of a period. */
export const readWinners = async (board: string, period: string): Promise<readonly Winner[]> =>
  (await get(`/api/boards/${board}/top?limit=3&period=${period}`)).json() as Promise<readonly Winner[]>;

/** The longest streak that is looked for: each period is a request. */
const MAX_STREAK = 10;

/** How many periods in a row the best of the first of these, newest first, has won; at most `MAX_STREAK`. */
export async function readStreak(board: string, periods: readonly Period[], { userId }: Winner): Promise<number> {
  let streak = 1;
  for (; streak < Math.min(periods.length, MAX_STREAK); streak++) {
    if (periods[streak]!.end !== periods[streak - 1]!.start) break; // between them was one that is not kept
    const [best] = (await (await get(`/api/boards/${board}/top?limit=1&period=${periods[streak]!.id}`)).json()) as readonly Winner[];
    if (best?.userId !== userId) break;
  }
  return streak;
}

async function get(path: string): Promise<Response> {
  const response = await fetch(path, { signal: AbortSignal.timeout(ANSWER_MS) });
  if (!response.ok) throw new Error(`GET ${path} was answered with status ${response.status}`);
  return response;
}
