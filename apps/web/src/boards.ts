/** The board that counts every point and never resets. */
export const GLOBAL = 'global';

/** A period of a board; its times are null if the board neither resets nor is a season. */
export interface Period {
  readonly id: string;
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

/** All boards, and the server's time, in ms since the Unix epoch. */
export async function readBoards(): Promise<{ readonly boards: readonly BoardInfo[]; readonly now: number }> {
  const response = await get('/api/boards');
  const boards = (await response.json()) as readonly BoardInfo[];
  return { boards, now: Date.parse(response.headers.get('Date') ?? '') || Date.now() };
}

/** The periods of a board that have begun, newest first. */
export const readPeriods = async (board: string): Promise<readonly Period[]> => (await get(`/api/boards/${board}/periods`)).json() as Promise<readonly Period[]>;

/** The best three of a period. */
export const readWinners = async (board: string, period: string): Promise<readonly Winner[]> =>
  (await get(`/api/boards/${board}/top?limit=3&period=${period}`)).json() as Promise<readonly Winner[]>;

async function get(path: string): Promise<Response> {
  const response = await fetch(path, { signal: AbortSignal.timeout(ANSWER_MS) });
  if (!response.ok) throw new Error(`GET ${path} was answered with status ${response.status}`);
  return response;
}
