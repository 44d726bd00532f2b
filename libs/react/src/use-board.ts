import type { Board, ConnectionState, InPeriod, RankedScore, Scoreboard } from '@scoreboard/client';
import { useSyncExternalStore } from 'react';
import { storeOf } from './event-store.ts';

/** Which board, and how much of it. */
export interface BoardOptions {
  /** The id of the board. Default: `global`, which counts everything. */
  readonly board?: string;
  /** The number of users, 1 to 100. Default: the top ten. */
  readonly count?: number;
}

/** What `useBoard` returns. */
export interface LiveBoard {
  /** The best users, best first; undefined until the board has arrived. */
  readonly entries: readonly RankedScore[] | undefined;
  /** The current period of the board, such as `2026-W48`; undefined for `global`, and until the board has arrived. */
  readonly period: string | undefined;
  /** `live`: the entries are up to date. Otherwise they are the last ones. */
  readonly state: ConnectionState;
}

/**
 * The best users of a board, live. Renders again with each change of the board or of the connection.
 *
 * All components with one scoreboard share its connection: the first one opens it, and it is closed when the last one is gone. Errors are retried; to see them,
 * call `scoreboard.on('error', …)` once. On a server there are no entries.
 */
export function useBoard(scoreboard: Scoreboard, { board = 'global', count }: BoardOptions = {}): LiveBoard {
  const channel = count === undefined ? 'top' : (`top:${count}` as const);
  const top = storeOf(scoreboard, board === 'global' ? channel : `${channel}@${board}`);
  const connection = storeOf(scoreboard, 'state');
  const current: (Board & Partial<InPeriod>) | undefined = useSyncExternalStore(top.subscribe, top.read, nothing);
  const state = useSyncExternalStore(connection.subscribe, connection.read, nothing);
  return { entries: current?.entries, period: current?.period, state: state ?? 'reconnecting' };
}

const nothing = (): undefined => undefined;
