import type { Me, Scoreboard } from '@scoreboard/client';
import { useSyncExternalStore } from 'react';
import { storeOf } from './event-store.ts';

/**
 * The player's own score and rank on a board, live; undefined until they have arrived. Needs a scoreboard with a token hook. `board`: its id, default `global`.
 * Shares the connection as `useBoard` does.
 */
export function useMe(scoreboard: Scoreboard, board = 'global'): Me | undefined {
  const me = storeOf(scoreboard, board === 'global' ? 'me' : `me@${board}`);
  return useSyncExternalStore(me.subscribe, me.read, nothing);
}

const nothing = (): undefined => undefined;
