import { backoff } from './backoff.ts';
import { ConnectionError } from './connection-error.ts';
import { claimsOf } from './token-claims.ts';
import { retryAfterOf, type TokenSource } from './token-source.ts';

/** A slower hook does not delay the board: the player signs in later. */
const HOOK_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** Request a new token this long before the old one expires, but not before the last fifth of its remaining lifetime. */
const EARLY_MS = 30_000;
/** The longest possible timer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The gateway's answer to a token. */
export type SignInAnswer = { readonly ok: true } | { readonly ok: false; readonly code: string };

export interface SignInOptions {
  readonly tokens: TokenSource;
  /** Sends a token on the open connection. Resolves with undefined if there is none, or if no answer comes. */
  readonly send: (token: string) => Promise<SignInAnswer | undefined>;
  /** The gateway has accepted the player: personal channels can be subscribed. */
  readonly onSignedIn: () => void;
  /** There is no player any more. */
  readonly onSignedOut: () => void;
  readonly onError: (error: Error) => void;
}

/**
 * Signs the player in at the gateway. The token is sent with the handshake, and with `authenticate` on the open connection when it
 * changes. A refused or expired token does not close the connection, so the public board stays.
 */
export class SignIn {
  /** The last token from the hook. */
  private token?: string;
  /** The token that the gateway has accepted. */
  private accepted?: string;
  private refused?: string;
  private failures = 0;
  private isConnected = false;
  private isClosed = false;
  private askTimer?: ReturnType<typeof setTimeout>;

  constructor(private readonly options: SignInOptions) {}

  /** The token to connect with; undefined for no player. After a refused token, or if the hook is slow, the player signs in once connected. */
  async forHandshake(): Promise<string | undefined> {
    if (this.refused === undefined) await within(HOOK_MS, this.ask());
    return this.token;
  }

  /** Asks for the player's token, and signs in with it. Repeats after a failure. */
  async ask(): Promise<void> {
    clearTimeout(this.askTimer);
    try {
      const token = (await this.options.tokens.get('connect'))?.token;
      if (this.isClosed) return;
      if (token !== undefined && token === this.refused) throw new ConnectionError(`${whyRefused(token)} The token hook returned it again.`, 401);
      this.refused = undefined;
      void this.adopt(token);
    } catch (error) {
      if (this.isClosed) return;
      this.options.onError(error as Error);
      this.askAfterFailure(retryAfterOf(error));
    }
  }

  /** The gateway has accepted the connection, with this token. */
  connected(token: string | undefined): void {
    this.isConnected = true;
    if (token !== undefined) this.succeeded(token);
    if (this.token !== token) void this.adopt(this.token);
    else if (this.refused !== undefined) this.askAfterFailure();
  }

  disconnected(): void {
    this.isConnected = false;
    this.accepted = undefined;
  }

  /** The player has a new token, or none. */
  async adopt(token: string | undefined): Promise<void> {
    this.token = token;
    if (token === undefined) return this.options.onSignedOut();
    if (token === this.accepted || !this.isConnected) return;
    const answer = await this.options.send(token);
    if (this.token !== token || this.isClosed) return;
    if (answer?.ok) return this.succeeded(token);
    if (answer && answer.code !== 'rate-limited') this.refuse(token);
    if (this.isConnected) this.askAfterFailure();
  }

  /** The gateway refused this token as invalid; `detail` is its reason. */
  refuse(token: string, detail?: string): void {
    this.lose(token);
    this.options.onError(new ConnectionError(whyRefused(token, detail), 401));
  }

  /** The accepted token has expired. */
  expired(): void {
    const token = this.accepted;
    this.accepted = undefined;
    if (token === undefined || token !== this.token) return;
    this.lose(token);
    void this.ask();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.askTimer);
  }

  private succeeded(token: string): void {
    this.accepted = token;
    this.refused = undefined;
    this.failures = 0;
    this.options.onSignedIn();
    const { exp } = claimsOf(token);
    const leftMs = exp === undefined ? 0 : exp * 1_000 - Date.now();
    // If the clocks differ, the gateway reports the expiry.
    if (leftMs > 0) this.askIn(leftMs - Math.min(EARLY_MS, leftMs / 5));
  }

  private lose(token: string): void {
    this.token = undefined;
    if (this.accepted === token) this.accepted = undefined;
    this.refused = token;
    this.options.tokens.refuse(token);
  }

  private askAfterFailure(retryAfterMs?: number): void {
    this.askIn(retryAfterMs ?? backoff(this.failures++, LONGEST_PAUSE_MS));
  }

  private askIn(ms: number): void {
    clearTimeout(this.askTimer);
    this.askTimer = setTimeout(() => void this.ask(), Math.min(ms, LONGEST_TIMER_MS));
  }
}

/** Resolves when the promise settles, at the latest after `ms`. */
function within(ms: number, promise: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void promise.finally(() => (clearTimeout(timer), resolve()));
  });
}

/** A reason that a developer can act on, also if the server gives none. */
function whyRefused(token: string, detail?: string): string {
  const { exp } = claimsOf(token);
  if (exp === undefined) return `The server refuses the token: ${detail ?? 'expected a JWT with an exp claim.'}`;
  if (exp * 1_000 < Date.now()) return `The server refuses the token: it expired at ${new Date(exp * 1_000).toISOString()}.`;
  return `The server refuses the token: ${detail ?? 'its signature, issuer or audience does not match the JWT settings of the server.'}`;
}
