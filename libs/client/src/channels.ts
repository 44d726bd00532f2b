import { somewhenIn } from './backoff.ts';

/** What the gateway answers for a channel. */
export interface ChannelAnswer {
  readonly ok: boolean;
  readonly code?: string;
}

/** After so long the gateway hears a client again that asked for too much. */
const ASK_AGAIN_MS = 2_000;

export interface ChannelOptions {
  /** Sends the request, where there is a connection; resolves with an answer for each channel, or with undefined where none comes. */
  readonly ask: (event: 'subscribe' | 'unsubscribe', channels: readonly string[]) => Promise<readonly ChannelAnswer[] | undefined>;
  readonly onError: (error: Error) => void;
}

/** The channels that are listened to beside those that every client has: asked for again on each new connection. */
export class Channels {
  private readonly names = new Set<string>();

  constructor(private readonly options: ChannelOptions) {}

  add(name: string): void {
    this.names.add(name);
    void this.subscribe([name]);
  }

  delete(name: string): void {
    this.names.delete(name);
    void this.options.ask('unsubscribe', [name]);
  }

  /** Asks for all of them, or for those that need a player, in one message. */
  async renew(which: 'all' | 'personal' = 'all'): Promise<void> {
    await this.subscribe([...this.names].filter((name) => which === 'all' || name.endsWith(':me')));
  }

  private async subscribe(names: readonly string[]): Promise<void> {
    if (!names.length) return;
    const answers = await this.options.ask('subscribe', names);
    const refused = (answers ?? []).flatMap(({ ok, code }, i) => (ok ? [] : [{ name: names[i]!, code }])).filter(({ name }) => this.names.has(name));
    const limited = refused.filter(({ code }) => code === 'rate-limited').map(({ name }) => name);
    if (limited.length) setTimeout(() => void this.subscribe(limited.filter((name) => this.names.has(name))), ASK_AGAIN_MS + somewhenIn(ASK_AGAIN_MS));
    for (const { name, code } of refused) {
      // A personal channel comes with the player.
      if (code !== 'rate-limited' && code !== 'unauthenticated') this.options.onError(new Error(`The server refused ${name}: ${code}`));
    }
  }
}
