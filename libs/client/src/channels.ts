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

/**
 * The channels that are listened to beside those that every client has. They are asked for again on each new connection, and those
 * of one turn go in one message.
 */
export class Channels {
  private readonly names = new Set<string>();
  /** What the gateway is to be told with the next message. */
  private readonly due = new Set<string>();
  private timer?: ReturnType<typeof setTimeout>;

  constructor(private readonly options: ChannelOptions) {}

  add(name: string): void {
    this.names.add(name);
    this.tellIn(0, [name]);
  }

  delete(name: string): void {
    this.names.delete(name);
    this.tellIn(0, [name]);
  }

  /** Asks for all of them, or for those that need a player. */
  renew(which: 'all' | 'personal' = 'all'): void {
    this.tellIn(0, [...this.names].filter((name) => which === 'all' || name.endsWith(':me')));
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private tellIn(ms: number, names: readonly string[]): void {
    for (const name of names) this.due.add(name);
    this.timer ??= setTimeout(() => this.tell(), ms);
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
    // Without a connection there is no answer, and the next connection asks for all.
    const answers = [(await this.options.ask(event, names)) ?? []].flat();
    answers.forEach(({ ok, code }, i) => ok || this.refused(names[i]!, code));
  }

  private refused(name: string, code: string | undefined): void {
    if (code === 'rate-limited') this.tellIn(ASK_AGAIN_MS + somewhenIn(ASK_AGAIN_MS), [name]);
    // A personal channel comes with the player.
    else if (code !== 'unauthenticated') this.options.onError(new Error(`The server refused ${name}: ${code}`));
  }
}
