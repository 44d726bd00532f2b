import { somewhenIn } from './backoff.ts';
import { isPersonal } from './events.ts';

/** The gateway's answer for a channel. */
export interface ChannelAnswer {
  readonly ok: boolean;
  readonly code?: string;
}

/** After this time the gateway accepts requests of a rate-limited client again, and a gateway that has just started knows the boards. */
const ASK_AGAIN_MS = 2_000;

export interface ChannelOptions {
  /** Sends the request if there is a connection. Resolves with one answer per channel, or with undefined if no answer comes. */
  readonly ask: (event: 'subscribe' | 'unsubscribe', channels: readonly string[]) => Promise<readonly ChannelAnswer[] | undefined>;
  readonly onError: (error: Error) => void;
}

/**
 * The subscribed channels, besides those that every client joins. Subscribes again on each new connection. Changes within one turn of the
 * event loop are sent in one message.
 */
export class Channels {
  private readonly names = new Set<string>();
  /** Channels to subscribe or unsubscribe with the next message. */
  private readonly due = new Set<string>();
  private timer?: ReturnType<typeof setTimeout>;
  /** The same, of those that the gateway refused for now. */
  private readonly later = new Set<string>();
  private laterTimer?: ReturnType<typeof setTimeout>;

  constructor(private readonly options: ChannelOptions) {}

  add(name: string): void {
    this.names.add(name);
    this.tellSoon([name]);
  }

  delete(name: string): void {
    this.names.delete(name);
    this.tellSoon([name]);
  }

  /** Subscribes again to all channels, or to the personal ones. */
  renew(which: 'all' | 'personal' = 'all'): void {
    this.tellSoon([...this.names].filter((name) => which === 'all' || isPersonal(name)));
  }

  close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.laterTimer);
  }

  private tellSoon(names: readonly string[]): void {
    for (const name of names) this.due.add(name);
    this.timer ??= setTimeout(() => this.tell());
  }

  private tellLater(name: string): void {
    this.later.add(name);
    this.laterTimer ??= setTimeout(() => {
      this.laterTimer = undefined;
      this.tellSoon([...this.later]);
      this.later.clear();
    }, ASK_AGAIN_MS + somewhenIn(ASK_AGAIN_MS));
  }

  private tell(): void {
    this.timer = undefined;
    const names = [...this.due];
    this.due.clear();
    void this.ask('subscribe', names.filter((name) => this.names.has(name)));
    void this.ask('unsubscribe', names.filter((name) => !this.names.has(name)));
  }

  private async ask(event: 'subscribe' | 'unsubscribe', names: readonly string[]): Promise<void> {
    if (!names.length) return;
    // Without a connection there is no answer; the next connection subscribes to all of them.
    const answers = [(await this.options.ask(event, names)) ?? []].flat();
    answers.forEach(({ ok, code }, i) => ok || this.refused(names[i]!, code));
  }

  private refused(name: string, code: string | undefined): void {
    // A personal channel is subscribed again once there is a player.
    if (code === 'unauthenticated') return;
    const isWanted = this.names.has(name);
    if (code !== 'rate-limited' && isWanted) this.options.onError(new Error(`The server refused the channel ${name}: ${code}`));
    // The board of an unknown channel may be known later: the gateway has just started, or a season has not begun.
    if (code === 'rate-limited' || isWanted) this.tellLater(name);
  }
}
