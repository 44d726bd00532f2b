import type { KeyObject } from 'node:crypto';
import { Refusal } from '@scoreboard/domain';
import { fetchJson } from './fetch-json';
import { type NamedKey, readKeySet } from './jwk';
import type { JwsHeader } from './jws';
import type { KeySource } from './key-source';

export interface RemoteKeySetOptions {
  readonly uri: string;
  /** Told of each look at the provider that failed, and of keys that it should not show. */
  readonly onFault: (error: unknown) => void;
  /** How often the set is fetched anew: a key that was withdrawn is taken for so long. Default 5 minutes. */
  readonly refreshMs?: number;
  /** Tokens that name an unknown key make it be fetched once in this time. Default 30 seconds. */
  readonly askAgainMs?: number;
  /** A provider that has not answered whole by then is away. Default 3 seconds. */
  readonly timeoutMs?: number;
}

const MAX_BYTES = 64 * 1024;
/** After one look that failed; doubled with each further one up to the longest. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5_000;
/** Requests that wait for one look at the provider; more are refused at once. */
const MAX_WAITING = 1_000;

/**
 * An OAuth2/OIDC provider's key set. It is fetched at the start, without waiting for it, then again and again in the
 * background; while the provider is away the keys last seen stay good.
 *
 * A token whose key is not in the set waits for one fetch where one may be made. It is refused after a fetch that went
 * well, and with `keys-unavailable` while the provider is away: it may be good.
 */
export class RemoteKeySet implements KeySource {
  private keys: readonly NamedKey[] = [];
  /** Looks that failed since one went well; undefined before the first. */
  private failures?: number;
  private askedAt = -Infinity;
  private waiting = 0;
  private fetching?: Promise<void>;
  private timer?: NodeJS.Timeout;
  private readonly stopping = new AbortController();

  constructor(private readonly options: RemoteKeySetOptions) {}

  /** Whether the last look at the provider went well. */
  isUp(): boolean {
    return this.failures === 0;
  }

  onModuleInit(): void {
    void this.fetch();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.fetching;
  }

  find(header: JwsHeader): KeyObject | undefined | Promise<KeyObject | undefined> {
    return this.known(header) ?? this.ask(header);
  }

  /** By name and algorithm; a token that names no key is of the only one of its algorithm, where there is only one. */
  private known({ algorithm, keyId }: JwsHeader): KeyObject | undefined {
    const fitting = this.keys.filter((key) => key.algorithm === algorithm && (keyId === undefined || key.keyId === keyId));
    return fitting.length === 1 ? fitting[0]!.key : undefined;
  }

  private async ask(header: JwsHeader): Promise<KeyObject | undefined> {
    if (this.waiting >= MAX_WAITING) throw unavailable();
    this.waiting++;
    // A fetch that was under way may have been answered before the key was there: then one more.
    await this.fetching;
    if (!this.known(header) && this.mayAsk()) void this.fetch();
    await this.fetching;
    this.waiting--;
    const key = this.known(header);
    if (!key && !this.isUp()) throw unavailable();
    return key;
  }

  private mayAsk(): boolean {
    const { askAgainMs = 30_000 } = this.options;
    const now = performance.now();
    if (this.fetching || now - this.askedAt < askAgainMs) return false;
    this.askedAt = now;
    return true;
  }

  /** One fetch at a time; never rejects. */
  private fetch(): Promise<void> {
    clearTimeout(this.timer);
    return (this.fetching ??= this.load().finally(() => {
      this.fetching = undefined;
      this.fetchLater();
    }));
  }

  private async load(): Promise<void> {
    const { uri, onFault, timeoutMs = 3_000 } = this.options;
    try {
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(timeoutMs)]);
      const { keys, exposed } = readKeySet(await fetchJson(uri, { maxBytes: MAX_BYTES, signal }));
      // A set without a key for us is a provider's mishap: it would refuse everybody.
      if (!keys.length) throw new Error('the key set holds no key that tokens may be signed with');
      if (exposed) onFault(new Error(`the key set shows ${exposed} private or symmetric keys, which are not taken`));
      this.keys = keys;
      this.failures = 0;
    } catch (error) {
      this.failures = (this.failures ?? 0) + 1;
      if (!this.stopping.signal.aborted) onFault(error);
    }
  }

  private fetchLater(): void {
    const { refreshMs = 300_000 } = this.options;
    if (this.stopping.signal.aborted) return;
    const retryMs = Math.min(FIRST_RETRY_MS * 2 ** (this.failures! - 1), LONGEST_RETRY_MS, refreshMs);
    this.timer = setTimeout(() => void this.fetch(), this.isUp() ? refreshMs : retryMs);
  }
}

const unavailable = () => new Refusal('keys-unavailable', { detail: 'The provider of the keys cannot be asked now.', retryAfter: 5 });
