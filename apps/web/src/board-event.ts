import { GLOBAL } from './boards';

/** The event of the client library with the best `count` of a board. */
export function boardEvent(board: string, count: number): 'top' | `top:${number}` | `top@${string}` | `top:${number}@${string}` {
  const event = count > 10 ? (`top:${count}` as const) : 'top';
  return board === GLOBAL ? event : `${event}@${board}`;
}
