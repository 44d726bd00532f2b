import { Refusal } from '@scoreboard/domain';
import { fetchJson } from './fetch-json';
import { isSameKey, readKeySet } from './key-set';
import type { KeyHint, KeySource, VerificationKey } from './key-source';

export interface RemoteKeySetOptions {
  readonly uri: string;
  /** Called with the error of each fetch that failed. */
  readonly onFault: (error: unknown) => void;
  /** Called once for keys that cannot be used, and again when others are among them: a line for each new one. */
  readonly onLeftOut: (lines: readonly string[]) => void;
  /** How often the set is fetched anew: a key that was withdrawn is taken for so long. Default 5 minutes. */
  readonly refreshMs?: number;
  /** Tokens whose key is unknown cause one fetch in this time. Default 30 seconds. */
  readonly askAgainMs?: number;
  /** A provider that has not answered in full by then is away. Default 3 seconds. */
  readonly timeoutMs?: number;
}

const MAX_BYTES = 64 * 1024;
/** After one fetch that failed; doubled with each further one up to the longest. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5_000;
/** Requests that wait for one fetch; more are refused at once. */
const MAX_WAITING = 1_000;
/** Keys that one token is tried with: it bounds what a forged one costs. */
const MAX_CANDIDATES = 10;

/**
 * An OAuth2/OIDC provider's key set. It is fetched at the start, without waiting for it, then again and again in the
 * background; while the provider is away the keys last seen stay good.
 *
 * A token is tried with the keys that fit its `kid` and its algorithm; without a `kid`, with those that fit its algorithm. A
 * token whose key is not in the set waits for one fetch where one may be made. It is refused after a fetch that went
 * well, and with `keys-unavailable` while the provider is away: it may be good.
 */
export class RemoteKeySet implements KeySource {
  private keys: readonly VerificationKey[] = [];
  private leftOut: readonly string[] = [];
  /** Fetches that failed since one went well; undefined before the first. */
  private failures?: number;
  private askedAt = -Infinity;
  private waiting = 0;
  private fetching?: Promise<void>;
  private timer?: NodeJS.Timeout;
  private readonly stopping = new AbortController();

  constructor(private readonly options: RemoteKeySetOptions) {}

  /** Whether the last fetch went well. */
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
    // Another key would have another name: this token is forged.
    if (known.some(({ id }) => id !== undefined && id === hint.kid)) return;
    const added = () => this.fitting(hint).filter((key) => !known.includes(key));
    await this.ask(() => added().length > 0);
    yield* added();
    if (!this.isUp()) throw unavailable();
  }

  /** Keys of the token's name come first; a key without a name may have any. */
  private fitting({ alg, kid }: KeyHint): VerificationKey[] {
    const fitting = this.keys.filter(({ id, algorithms }) => algorithms.includes(alg) && (kid === undefined || id === undefined || id === kid));
    return fitting.sort((a, b) => Number(b.id === kid) - Number(a.id === kid)).slice(0, MAX_CANDIDATES);
  }

  /** Waits for the fetch that is under way, and for one more where that was not enough and one may be made. */
  private async ask(isEnough: () => boolean): Promise<void> {
    if (this.waiting >= MAX_WAITING) throw unavailable();
    this.waiting++;
    // A fetch that was under way may have been answered before the key was there.
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
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(timeoutMs)]);
      const { keys, leftOut } = readKeySet(await fetchJson(uri, { maxBytes: MAX_BYTES, signal }));
      this.tell(leftOut);
      // A set without a key for us is a provider's mishap: it would refuse everybody.
      if (!keys.length) throw new Error('the key set holds no key that tokens may be signed with');
      // A key that stays is the same object, so that nothing is imported or tried twice.
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

const unavailable = () => new Refusal('keys-unavailable', { detail: 'The provider of the keys cannot be asked now.', retryAfter: 5 });
