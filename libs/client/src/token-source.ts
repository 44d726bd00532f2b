/** A player's token, and the `userId` that it stands for. */
export interface PlayerToken {
  readonly userId: string;
  readonly token: string;
}

/** Why a token is asked for. */
export interface TokenRequest {
  /** `connect`: the board can be watched without a token as well. `submit`: nothing can be submitted without. */
  readonly purpose: 'connect' | 'submit';
  /** The last token that the server refused, or that expired: that one is of no use. */
  readonly refused?: string;
}

/**
 * Gets a token from wherever the application has it; undefined for nobody. Called before each connection, before the first
 * update, shortly before the token expires, and after it expired or the server refused it. Where it throws it is called again
 * later: after the error's `retryAfterMs`, where it has one.
 */
export type TokenHook = (request: TokenRequest) => PlayerToken | undefined | Promise<PlayerToken | undefined>;

/** What a header can hold. */
const TOKEN = /^[\x21-\x7e]+$/;

/** The player's token, for as long as the server takes it. */
export class TokenSource {
  private held?: PlayerToken;
  private refused?: string;
  private readonly asking: Partial<Record<TokenRequest['purpose'], Promise<PlayerToken | undefined>>> = {};

  constructor(private readonly hook: TokenHook = () => undefined) {}

  /** For a new connection the hook decides anew who the player is; an update takes the token that is held. Throws what the hook throws. */
  async get(purpose: TokenRequest['purpose']): Promise<PlayerToken | undefined> {
    if (purpose === 'submit' && this.held) return this.held;
    // One question, however many ask meanwhile.
    this.asking[purpose] ??= this.ask(purpose).finally(() => delete this.asking[purpose]);
    return this.asking[purpose];
  }

  /** The server does not take this token, or does so no longer. */
  refuse(token: string | undefined): void {
    this.refused = token;
    if (this.held?.token === token) this.held = undefined;
  }

  private async ask(purpose: TokenRequest['purpose']): Promise<PlayerToken | undefined> {
    return (this.held = checked(await this.hook({ purpose, refused: this.refused })));
  }
}

/** What a hook returns comes from somebody's server: a token that is not one would be sent as the word `undefined`. */
function checked(player: PlayerToken | undefined): PlayerToken | undefined {
  if (!player) return undefined;
  if (typeof player.userId === 'string' && typeof player.token === 'string' && TOKEN.test(player.token)) return player;
  throw new TypeError('The token hook returned no token: expected {userId, token}, two strings, or undefined for nobody');
}

/** The `retryAfterMs` of what a hook threw. */
export function retryAfterOf(error: unknown): number | undefined {
  const { retryAfterMs } = Object(error) as { readonly retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? retryAfterMs : undefined;
}
