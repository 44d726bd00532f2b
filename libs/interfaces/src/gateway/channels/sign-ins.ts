import { type ErrorReporter, type IdentifySubscriber, type Subscriber } from '@scoreboard/application';
import { type Identity, Refusal } from '@scoreboard/domain';
import { onExpiry } from './on-expiry';

/** The reason sent to a client that loses its identity. */
export const EXPIRED = 'The token has expired.';

/** The answer to a client that sends a token; undefined if its connection is closed instead. */
export type SignInAnswer = { readonly ok: true } | { readonly ok: false; readonly code: 'unauthenticated' | 'rate-limited'; readonly reason: string } | undefined;

export interface SignInListener {
  /** Called when a subscriber's identity changes; `identity` is undefined once its token has expired. */
  readonly onIdentity: (subscriber: Subscriber, identity: Identity | undefined) => void;
  readonly isConnected: (subscriber: Subscriber) => boolean;
}

/** The identity of each subscriber: that of its last valid token, until that token expires. */
export class SignIns {
  /** Cancels the expiry timer of a subscriber's identity. */
  private readonly expiries = new Map<Subscriber, () => void>();
  /** The pending sign-in of a subscriber; the last one if there are several. */
  private readonly attempts = new Map<Subscriber, Promise<SignInAnswer>>();

  constructor(
    private readonly subscribers: IdentifySubscriber,
    private readonly errors: ErrorReporter,
    private readonly listener: SignInListener,
  ) {}

  /** Starts the expiry timer of a subscriber's current identity. */
  begin(subscriber: Subscriber): void {
    this.end(subscriber);
    const { identity } = subscriber.handle;
    if (identity) this.expiries.set(subscriber, onExpiry(identity.expiresAt, () => this.expire(subscriber)));
  }

  end(subscriber: Subscriber): void {
    this.expiries.get(subscriber)?.();
    this.expiries.delete(subscriber);
  }

  close(): void {
    for (const callOff of this.expiries.values()) callOff();
  }

  /** Resolves when the pending sign-in of a subscriber is done; undefined if there is none. */
  underWay(subscriber: Subscriber): Promise<unknown> | undefined {
    return this.attempts.get(subscriber);
  }

  /** Changes a subscriber's identity to that of a token. A refused token changes nothing. The sign-ins of one subscriber are processed in order. */
  async authenticate(subscriber: Subscriber, token: unknown): Promise<SignInAnswer> {
    const attempt = (this.attempts.get(subscriber) ?? Promise.resolve()).then(() => this.attempt(subscriber, token));
    this.attempts.set(subscriber, attempt);
    const answer = await attempt;
    if (this.attempts.get(subscriber) === attempt) this.attempts.delete(subscriber);
    return answer;
  }

  /** Never rejects. */
  private async attempt(subscriber: Subscriber, token: unknown): Promise<SignInAnswer> {
    try {
      const identity = await this.subscribers.again(token);
      if (!this.listener.isConnected(subscriber)) return undefined;
      this.listener.onIdentity(subscriber, identity);
      this.begin(subscriber);
      return { ok: true };
    } catch (error) {
      if (error instanceof Refusal && error.kind === 'unauthenticated') return { ok: false, code: 'unauthenticated', reason: error.message };
      // The token cannot be verified now: the client sends it again after it reconnects.
      if (!(error instanceof Refusal)) this.errors.report('a token cannot be verified', error);
      subscriber.handle.closeForNow('tokens cannot be verified now');
      return undefined;
    }
  }

  private expire(subscriber: Subscriber): void {
    this.expiries.delete(subscriber);
    this.listener.onIdentity(subscriber, undefined);
  }
}
