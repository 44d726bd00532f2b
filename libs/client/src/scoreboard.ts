import { Connection } from './connection.ts';
import type { Board, ConnectionState, Receipt, ScoreboardEvents } from './messages.ts';
import { Submission } from './submission.ts';
import type { SubmitOptions } from './submit-options.ts';
import { type TokenHook, TokenSource } from './token-source.ts';

export interface ScoreboardOptions {
  /** Where the gateway is, where no load balancer joins it with the api; written like the api's address. Default: that one. */
  readonly gatewayUrl?: string;
  /** Where the player's token comes from; without it the board is watched by nobody in particular. */
  readonly token?: TokenHook;
  /** The revision of a board that is shown already: nothing that old is told. */
  readonly revision?: number;
}

type Listener = (value: never) => void;

/** Joined by the server itself, under names of its own. */
const JOINED: Readonly<Record<string, string>> = { 'scores:top': 'top', 'scores:me': 'me' };

/**
 * A scoreboard on a server: tells what stands on it, live, and takes updates.
 *
 * It connects when it is listened to, comes back by itself whatever ended the connection, and holds one connection and no
 * other resource until `close`; `on` after that connects anew. Works in browsers and in Node 20 and newer.
 */
export class Scoreboard {
  private readonly tokens: TokenSource;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly latest = new Map<string, unknown>();
  private connection?: Connection;
  private revision: number;

  /**
   * `url` is where the api is, as `https://scores.example.com` or, under a path, `https://example.com/scores`; in a browser also `/scores`, and
   * empty for the page's own origin. An address that makes no sense is told as an `error`.
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
   * Calls `listener` with what is known already, at once, and with each change from now on; returns what ends it. Told are
   * whole states, the newest one: in between some may be left out. Throws a RangeError for an event that there is not.
   */
  on<E extends keyof ScoreboardEvents>(event: E, listener: (value: ScoreboardEvents[E]) => void): () => void {
    if (!isEvent(event)) throw new RangeError(`There is no event ${event}`);
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners.add(listener as Listener));
    const known = this.latest.get(event);
    if (!this.connection) this.connect(); // tells its state
    else if (isChannel(event) && listeners.size === 1) this.connection.channels.add(event);
    if (known !== undefined && known === this.latest.get(event)) listener(known as ScoreboardEvents[E]);
    return () => this.off(event, listener as Listener);
  }

  /**
   * Raises the player's score by `increment`, a whole number of at least 1. Resolves when the server has taken it: it counts
   * once, however often it had to be sent. Throws `SubmitError` where the server refuses it, or has not taken it in a minute.
   */
  async submit(increment: number, options: SubmitOptions = {}): Promise<Receipt> {
    const receipt = await new Submission(this.url, this.tokens, increment, options).execute();
    const player = options.actionToken ? undefined : await this.tokens.get('submit');
    if (player) void this.connection?.signIn.adopt(player.token);
    return receipt;
  }

  /** Gets the newest state now. A browser's tab does so when it is seen again; call it where waking up is known otherwise. */
  resync(): void {
    this.connection?.resync();
  }

  /** Ends the connection. Listeners stay: the next `on` connects anew, for all of them. */
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
      onMessage: (channel, data) => this.take(JOINED[channel] ?? channel, data),
      onState: (state) => this.tell('state', state),
      onSignedOut: () => this.forgetPlayer(),
      onError: (error) => (this.listeners.get('error')?.size ? this.tell('error', error) : console.error(error)),
    });
    for (const [event, { size }] of this.listeners) if (size && isChannel(event)) this.connection.channels.add(event);
    this.connection.start();
  }

  /** Whoever listens later is not told of somebody else. */
  private forgetPlayer(): void {
    for (const event of ['me', 'around:me']) this.latest.delete(event);
  }

  /** A board that is older than the one held comes from a gateway that lags behind. */
  private take(event: string, data: unknown): void {
    const { revision } = data as Board;
    if (event === 'top') {
      if (revision <= this.revision) return;
      this.revision = revision;
    } else if (event.startsWith('top:') && revision < ((this.latest.get(event) as Board | undefined)?.revision ?? -1)) return;
    this.tell(event, data);
  }

  private tell(event: string, value: unknown): void {
    if (event !== 'error') this.latest.set(event, value);
    for (const listener of this.listeners.get(event) ?? []) listener(value as never);
  }

  private off(event: string, listener: Listener): void {
    const listeners = this.listeners.get(event);
    if (!listeners?.delete(listener) || listeners.size || !isChannel(event)) return;
    this.latest.delete(event);
    this.connection?.channels.delete(event);
  }
}

const isChannel = (event: string): boolean => event === 'around:me' || /^top:([1-9]\d?|100)$/.test(event);

const isEvent = (event: string): boolean => ['top', 'me', 'state', 'error'].includes(event) || isChannel(event);
