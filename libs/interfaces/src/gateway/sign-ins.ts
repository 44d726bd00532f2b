import { type ErrorReporter, type IdentifySubscriber, type Subscriber } from '@scoreboard/application';
import { type Identity, Refusal } from '@scoreboard/domain';
import { onExpiry } from './on-expiry';

/** Why a client has no identity any more. */
export const EXPIRED = 'The token has expired.';

/** What a client is answered that brings a token; nothing where its connection ends instead. */
export type SignInAnswer = { readonly ok: true } | { readonly ok: false; readonly code: 'unauthenticated' | 'rate-limited'; readonly reason: string } | undefined;

export interface SignInListener {
  /** A subscriber is somebody from now on, or nobody where its token has expired. */
  readonly onIdentity: (subscriber: Subscriber, identity: Identity | undefined) => void;
  readonly isConnected: (subscriber: Subscriber) => boolean;
}

/** Who each subscriber is: the user of the last good token that it brought, until that token expires. */
export class SignIns {
  /** What calls off the end of a subscriber's identity. */
  private readonly expiries = new Map<Subscriber, () => void>();
  /** The last attempt of a subscriber, while it has one under way. */
  private readonly attempts = new Map<Subscriber, Promise<SignInAnswer>>();

  constructor(
    private readonly subscribers: IdentifySubscriber,
    private readonly faults: ErrorReporter,
    private readonly listener: SignInListener,
  ) {}

  /** Watches for the end of the identity that a subscriber came with. */
  begin(subscriber: Subscriber): void {
    this.end(subscriber);
    const { identity } = subscriber.data;
    if (identity) this.expiries.set(subscriber, onExpiry(identity.expiresAt, () => this.expire(subscriber)));
  }

  end(subscriber: Subscriber): void {
    this.expiries.get(subscriber)?.();
    this.expiries.delete(subscriber);
  }

  close(): void {
    for (const callOff of this.expiries.values()) callOff();
  }

  /** Resolves when no attempt of a subscriber is under way; undefined where there is none. */
  underWay(subscriber: Subscriber): Promise<unknown> | undefined {
    return this.attempts.get(subscriber);
  }

  /** Gives a subscriber the identity of a token. A refused token changes nothing. The attempts of one subscriber are decided in the order in which they came. */
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
      // Nobody can tell whether it is good: the client asks again when it comes back.
      if (!(error instanceof Refusal)) this.faults.report('a token cannot be verified', error);
      subscriber.data.closeForNow('tokens cannot be verified now');
      return undefined;
    }
  }

  private expire(subscriber: Subscriber): void {
    this.expiries.delete(subscriber);
    this.listener.onIdentity(subscriber, undefined);
  }
}
