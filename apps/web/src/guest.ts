import type { PlayerToken, TokenHook } from '@scoreboard/client';
import { TabStore } from './tab-store';

const ANSWER_MS = 15_000;

/** Why there is no guest now; `retryAfterMs` as the server asked for. */
export class NoGuest extends Error {
  constructor(
    readonly status: number,
    readonly retryAfterMs?: number,
  ) {
    super(`The server makes no guest now: status ${status}`);
  }
}

/**
 * The guest of this tab: made at the first point, kept for as long as the tab is open and the server takes the token.
 * Another token for the same guest there is not, so `onGone` is called, and the next point makes a new one.
 */
export function guestToken(onGone: () => void): TokenHook {
  const kept = new TabStore<PlayerToken>('guest');
  return async ({ purpose, refused }) => {
    const guest = kept.get();
    if (guest && guest.token !== refused) return guest;
    if (guest) {
      kept.set(undefined);
      onGone();
    }
    if (purpose === 'connect') return undefined;
    const joined = await join();
    kept.set(joined);
    return joined;
  };
}

/** A new guest; undefined where strangers cannot play. Throws `NoGuest` for what may work later. */
async function join(): Promise<PlayerToken | undefined> {
  const response = await fetch('/api/auth/guest', { method: 'POST', signal: AbortSignal.timeout(ANSWER_MS) });
  if (response.ok) return (await response.json()) as PlayerToken;
  if (response.status === 404) return undefined;
  const seconds = Number(response.headers.get('Retry-After'));
  throw new NoGuest(response.status, seconds ? seconds * 1_000 : undefined);
}
