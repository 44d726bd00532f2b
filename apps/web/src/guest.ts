import type { PlayerToken, TokenHook } from '@scoreboard/client';
import { KeptValue } from './kept-value';

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
 * The guest of this browser, the same in all tabs: created with the first point, and kept as long as the server accepts the token. A guest cannot get a
 * second token: when the token is refused, `onGone` is called, and the next point creates a new guest.
 */
export class Guest {
  private readonly kept = new KeptValue<PlayerToken>('guest', 'browser');
  /** The token of the last guest that was reported as gone. */
  private gone?: string;

  constructor(private readonly onGone: () => void) {}

  /** Undefined before the first point. */
  get player(): PlayerToken | undefined {
    return this.kept.get();
  }

  /** Calls `onJoin` when another tab has created a guest. */
  onJoinedElsewhere(onJoin: () => void): void {
    this.kept.onSetElsewhere(onJoin);
  }

  readonly token: TokenHook = async ({ purpose, refused }) => {
    if (this.player?.token === refused) this.kept.set(undefined);
    const guest = this.player;
    if (guest) return guest;
    // Another tab may have removed the guest already.
    if (refused !== undefined && refused !== this.gone) this.onGone();
    this.gone = refused;
    if (purpose === 'connect') return undefined;
    const joined = await join();
    if (this.player) return this.player; // another tab was faster
    this.kept.set(joined);
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
