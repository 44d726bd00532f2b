/** A player's token, and the `userId` it belongs to. */
export interface PlayerToken {
  readonly userId: string;
  readonly token: string;
}

/** Why a token is requested. */
export interface TokenRequest {
  /** `connect`: the token is optional, the board is public. `submit`: the token is required. */
  readonly purpose: 'connect' | 'submit';
  /** The last token that expired or that the server refused: do not return it again. */
  readonly refused?: string;
}

/**
 * Returns the player's token, or undefined for no player. Called before each connection, before the first
 * update, shortly before the token expires, and after it expired or the server refused it. If it throws, it is called again
 * later: after the error's `retryAfterMs`, if the error has one.
 */
export type TokenHook = (request: TokenRequest) => PlayerToken | undefined | Promise<PlayerToken | undefined>;

/** Characters that are valid in a header. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Holds the player's token as long as the server accepts it. */
export class TokenSource {
  private held?: PlayerToken;
  private refused?: string;
  private readonly asking: Partial<Record<TokenRequest['purpose'], Promise<PlayerToken | undefined>>> = {};

  constructor(private readonly hook: TokenHook = () => undefined) {}

  /** For a new connection the hook is called again; an update uses the held token if there is one. Throws what the hook throws. */
  async get(purpose: TokenRequest['purpose']): Promise<PlayerToken | undefined> {
    if (purpose === 'submit' && this.held) return this.held;
    // Concurrent callers share one call of the hook.
    this.asking[purpose] ??= this.ask(purpose).finally(() => delete this.asking[purpose]);
    return this.asking[purpose];
  }

  /** The server refused this token, or it expired. */
  refuse(token: string | undefined): void {
    this.refused = token;
    if (this.held?.token === token) this.held = undefined;
  }

  private async ask(purpose: TokenRequest['purpose']): Promise<PlayerToken | undefined> {
    return (this.held = checked(await this.hook({ purpose, refused: this.refused })));
  }
}

/** The hook's result often comes unchecked from a server; a missing token would be sent as the text `undefined`. */
function checked(player: PlayerToken | undefined): PlayerToken | undefined {
  if (!player) return undefined;
  if (typeof player.userId === 'string' && typeof player.token === 'string' && TOKEN.test(player.token)) return player;
  throw new TypeError('The token hook returned no valid token: expected {userId, token} with two strings, or undefined for no player');
}

/** The `retryAfterMs` of an error that a hook threw. */
export function retryAfterOf(error: unknown): number | undefined {
  const { retryAfterMs } = Object(error) as { readonly retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? retryAfterMs : undefined;
}
