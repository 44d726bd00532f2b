import type { PlayerToken, TokenHook } from '@scoreboard/client';
import { TabStore } from './tab-store';

const ANSWER_MS = 15_000;

/** The server did not create a guest; `retryAfterMs` is the wait that it asked for. */
export class NoGuest extends Error {
  constructor(
    readonly status: number,
    readonly retryAfterMs?: number,
  ) {
    super(`The server created no guest: status ${status}`);
  }
}

/**
 * The guest of this tab: created with the first point, and kept as long as the tab is open and the server accepts the token.
 * A guest cannot get a second token: when the token is refused, `onGone` is called, and the next point creates a new guest.
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

/** Creates a guest; undefined if guest play is off. Throws `NoGuest` for temporary failures. */
async function join(): Promise<PlayerToken | undefined> {
  const response = await fetch('/api/auth/guest', { method: 'POST', signal: AbortSignal.timeout(ANSWER_MS) });
  if (response.ok) return (await response.json()) as PlayerToken;
  if (response.status === 404) return undefined;
  const seconds = Number(response.headers.get('Retry-After'));
  throw new NoGuest(response.status, seconds ? seconds * 1_000 : undefined);
}
