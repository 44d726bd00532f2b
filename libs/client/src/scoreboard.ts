import { type ClaimedPoints, claimGuest } from './claim-guest.ts';
import { Connection } from './connection.ts';
import { channelOf, eventOf, isData, isOlder, isPersonal, isSubscribed, isValid } from './events.ts';
import { type FindOptions, findPlayers } from './find-players.ts';
import type { Board, ConnectionState, RankedScore, Receipt, ScoreboardEventMap } from './messages.ts';
import { Submission } from './submission.ts';
import type { SubmitOptions } from './submit-options.ts';
import { type TokenHook, TokenSource } from './token-source.ts';

/** How a `Scoreboard` finds its server and its player. */
export interface ScoreboardOptions {
  /** The gateway's address, if no load balancer serves it together with the api. Same forms as the api's address. Default: the api's address. */
  readonly gatewayUrl?: string;
  /** Provides the player's token. Default: no player; the board is public. */
  readonly token?: TokenHook;
  /** The revision of a top ten that is already shown: no older one is reported. */
  readonly revision?: number;
}

type Listener = (value: never) => void;

/**
 * A live scoreboard: reports the board as it changes, and submits updates.
 *
 * Connects with the first listener and reconnects by itself. Holds one connection and no other resource until
 * `close`; the next `on` connects again. Works in browsers and in Node 20 and newer.
 */
export class Scoreboard {
  private readonly tokens: TokenSource;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly latest = new Map<string, unknown>();
  private connection?: Connection;
  private revision: number;

  /**
   * `url` is the api's address: `https://scores.example.com` or, under a path, `https://example.com/scores`. In a browser also `/scores`, or
   * empty for the page's own origin. An invalid address is reported as an `error`.
   */
  constructor(
    private readonly url = '',
    private readonly options: ScoreboardOptions = {},
  ) {
    this.tokens = new TokenSource(options.token);
    this.revision = options.revision ?? -1;
  }

  get state(): ConnectionState {
    return (this.latest.get('state') as ConnectionState | undefined) ?? 'reconnecting';
  }

  /**
   * Calls `listener` at once with the last known state, if there is one, and then with each change. Returns a function that removes it. States
   * are complete; intermediate ones may be skipped, the newest never. Throws a RangeError for an unknown event.
   */
  on<E extends keyof ScoreboardEventMap>(event: E, listener: (value: ScoreboardEventMap[E]) => void): () => void {
    if (!isEvent(event)) throw new RangeError(`Unknown event: ${event}`);
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners.add(listener as Listener));
    const known = this.latest.get(event);
    if (!this.connection) this.connect(); // reports the state
    else if (isSubscribed(event) && listeners.size === 1) this.connection.channels.add(channelOf(event));
    if (known !== undefined && known === this.latest.get(event)) listener(known as ScoreboardEventMap[E]);
    return () => this.off(event, listener as Listener);
  }

  /**
   * Raises the player's score by `increment`, a whole number of at least 1. Resolves when the server has accepted the update: it counts
   * once, even if it was sent several times. Throws `SubmitError` if the server refuses it, or has not accepted it within a minute.
   */
  async submit(increment: number, options: SubmitOptions = {}): Promise<Receipt> {
    const receipt = await new Submission(this.url, this.tokens, increment, options).execute();
    const player = options.actionToken ? undefined : await this.tokens.get('submit');
    if (player) void this.connection?.signIn.adopt(player.token);
    return receipt;
  }

  /**
   * Moves the points of a guest to the player of the token hook: call it when a player signs in who has played as a guest. Resolves with what moved. Repeating it
   * moves nothing twice. Throws `ClaimError` if the server refuses it, or has not answered within a minute.
   */
  claimGuest(guestToken: string): Promise<ClaimedPoints> {
    return claimGuest(this.url, this.tokens, guestToken);
  }

  /**
   * Finds players on a board by the beginning of their name, best first: 2 characters or more, or 1 of Chinese, Japanese or Korean. Case, width and
   * accents make no difference. Needs no token and no connection. Throws `ConnectionError` if the server refuses it (`status`) or does not answer,
   * `TypeError` if the name is no string.
   */
  findPlayers(name: string, options: FindOptions = {}): Promise<readonly RankedScore[]> {
    return findPlayers(this.url, name, options);
  }

  /** Calls the token hook now: call it when a player has signed in, or another one has, on an open page. The connection stays. */
  signIn(): void {
    void this.connection?.signIn.ask();
  }

  /** Requests the newest state now. A browser tab does this by itself when it becomes visible; call it if your app detects a wake-up in another way. */
  resync(): void {
    this.connection?.resync();
  }

  /** Closes the connection. Listeners stay: the next `on` connects again for all of them. */
  close(): void {
    this.connection?.close();
    this.connection = undefined;
    this.forgetPlayer();
  }

  private connect(): void {
    this.connection = new Connection({
      url: this.options.gatewayUrl ?? this.url,
      tokens: this.tokens,
      revision: () => this.revision,
      onMessage: (channel, data) => this.take(eventOf(channel), data),
      onState: (state) => this.tell('state', state),
      onSignedOut: () => this.forgetPlayer(),
      onError: (error) => this.tellError(error),
    });
    for (const [event, { size }] of this.listeners) if (size && isSubscribed(event)) this.connection.channels.add(channelOf(event));
    this.connection.start();
  }

  /** Later listeners must not get the state of the previous player. */
  private forgetPlayer(): void {
    for (const event of this.latest.keys()) if (isPersonal(event)) this.latest.delete(event);
  }

  /** Ignores what is older than the current state. */
  private take(event: string, data: unknown): void {
    // What was unsubscribed may still arrive.
    if (!isData(event) || (isSubscribed(event) && !this.listeners.get(event)?.size)) return;
    if (!isValid(event, data)) return this.tellError(new Error(`The server sent ${event} in a form that this version of the library does not know.`));
    const known = this.latest.get(event);
    if (event === 'top') {
      const { revision } = data as Board;
      // The board that was already shown is reported once: listeners that are added later need it.
      if (revision < this.revision || (revision === this.revision && known)) return;
      this.revision = revision;
    } else if (known && isOlder(data as object, known)) return;
    this.tell(event, data);
  }

  private tell(event: string, value: unknown): void {
    if (event !== 'error') this.latest.set(event, value);
    for (const listener of this.listeners.get(event) ?? []) listener(value as never);
  }

  private tellError(error: Error): void {
    if (this.listeners.get('error')?.size) this.tell('error', error);
    else console.error(error);
  }

  private off(event: string, listener: Listener): void {
    const listeners = this.listeners.get(event);
    if (!listeners?.delete(listener) || listeners.size || !isSubscribed(event)) return;
    this.latest.delete(event);
    this.connection?.channels.delete(channelOf(event));
  }
}

const isEvent = (event: string): boolean => event === 'state' || event === 'error' || isData(event);
