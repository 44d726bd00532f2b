import { withDeadline } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';
import { fetchJson } from './fetch-json';
import { isSameKey, readKeySet } from './key-set';
import type { KeyHint, KeySource, VerificationKey } from './key-source';

export interface RemoteKeySetOptions {
  readonly uri: string;
  /** Called with the error of each failed fetch. */
  readonly onFault: (error: unknown) => void;
  /** Called when the set contains new unusable keys, with one line for each. */
  readonly onLeftOut: (lines: readonly string[]) => void;
  /** Refresh interval, in ms. A withdrawn key is accepted for up to this time. Default: 5 minutes. */
  readonly refreshMs?: number;
  /** Minimum time between fetches caused by tokens with an unknown key, in ms. Default: 30 seconds. */
  readonly askAgainMs?: number;
  /** Timeout of a fetch, including the body, in ms. Default: 3 seconds. */
  readonly timeoutMs?: number;
}

const MAX_BYTES = 64 * 1024;
/** Delay after the first failed fetch; doubled with each further failure up to `LONGEST_RETRY_MS`. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5_000;
/** Maximum number of requests that wait for a fetch; more are refused immediately. */
const MAX_WAITING = 1_000;
/** Maximum number of keys tried per token, which bounds the cost of a forged one. */
const MAX_CANDIDATES = 10;

/**
 * The key set of an OAuth2/OIDC provider. It is fetched in the background, at the start and then periodically; while the
 * provider is unavailable, the last known keys stay valid.
 *
 * A token is tried with the keys that match its `kid` and algorithm, or without a `kid`, its algorithm. If its key is not in
 * the set, the token waits for one fetch, at most every `askAgainMs`. After a successful fetch it is refused as untrusted;
 * while the provider is unavailable it is refused with `keys-unavailable`, because it may be valid.
 */
export class RemoteKeySet implements KeySource {
  private keys: readonly VerificationKey[] = [];
  private leftOut: readonly string[] = [];
  /** Consecutive failed fetches; undefined before the first fetch has finished. */
  private failures?: number;
  private askedAt = -Infinity;
  private waiting = 0;
  private fetching?: Promise<void>;
  private timer?: NodeJS.Timeout;
  private readonly stopping = new AbortController();

  constructor(private readonly options: RemoteKeySetOptions) {}

  /** Whether the last fetch succeeded. */
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

  async *candidates(hint: KeyHint): AsyncGenerator<VerificationKey> {
    const known = this.fitting(hint);
    yield* known;
    // The key with this `kid` was already tried, so the token is forged.
    if (known.some(({ id }) => id !== undefined && id === hint.kid)) return;
    const added = () => this.fitting(hint).filter((key) => !known.includes(key));
    await this.ask(() => added().length > 0);
    yield* added();
    if (!this.isUp()) throw unavailable();
  }

  /** Keys with the token's `kid` come first; a key without a `kid` matches any token. */
  private fitting({ alg, kid }: KeyHint): VerificationKey[] {
    const fitting = this.keys.filter(({ id, algorithms }) => algorithms.includes(alg) && (kid === undefined || id === undefined || id === kid));
    return fitting.sort((a, b) => Number(b.id === kid) - Number(a.id === kid)).slice(0, MAX_CANDIDATES);
  }

  /** Waits for the current fetch, and for one more if that was not enough and another is allowed. */
  private async ask(isEnough: () => boolean): Promise<void> {
    if (this.waiting >= MAX_WAITING) throw unavailable();
    this.waiting++;
    // The current fetch may have been answered before the key was added.
    await this.fetching;
    if (!isEnough() && this.mayAsk()) void this.fetch();
    await this.fetching;
    this.waiting--;
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
      const answer = await withDeadline(timeoutMs, this.stopping.signal, (signal) => fetchJson(uri, { maxBytes: MAX_BYTES, signal }));
      const { keys, leftOut } = readKeySet(answer);
      this.tell(leftOut);
      // A set without usable keys is probably a mistake of the provider; adopting it would refuse every token.
      if (!keys.length) throw new Error('the key set contains no usable key');
      // Unchanged keys stay the same objects, so that nothing is imported or tried twice.
      this.keys = keys.map((key) => this.keys.find((held) => isSameKey(held, key)) ?? key);
      this.failures = 0;
    } catch (error) {
      this.failures = (this.failures ?? 0) + 1;
      if (!this.stopping.signal.aborted) onFault(error);
    }
  }

  private tell(leftOut: readonly string[]): void {
    const news = leftOut.filter((line) => !this.leftOut.includes(line));
    if (news.length) this.options.onLeftOut(news);
    this.leftOut = leftOut;
  }

  private fetchLater(): void {
    const { refreshMs = 300_000 } = this.options;
    if (this.stopping.signal.aborted) return;
    const retryMs = Math.min(FIRST_RETRY_MS * 2 ** (this.failures! - 1), LONGEST_RETRY_MS, refreshMs);
    this.timer = setTimeout(() => void this.fetch(), this.isUp() ? refreshMs : retryMs);
  }
}

const unavailable = () => new Refusal('keys-unavailable', { detail: 'The key provider is unavailable. Try again later with the same token.', retryAfter: 5 });
