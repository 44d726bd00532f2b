import { type FaultLog, type IdentifyViewer, type Viewer } from '@scoreboard/application';
import { type Identity, Refusal } from '@scoreboard/domain';
import { onExpiry } from './on-expiry';

/** Why a client has no identity any more. */
export const EXPIRED = 'The token has expired.';

/** What a client is answered that brings a token; nothing where its connection ends instead. */
export type SignInAnswer = { readonly ok: true } | { readonly ok: false; readonly code: 'unauthenticated' | 'rate-limited'; readonly reason: string } | undefined;

export interface SignInListener {
  /** A viewer is somebody from now on, or nobody where its token has expired. */
  readonly onIdentity: (viewer: Viewer, identity: Identity | undefined) => void;
  readonly isConnected: (viewer: Viewer) => boolean;
}

/** Who each viewer is: the user of the last good token that it brought, until that token expires. */
export class SignIns {
  /** What calls off the end of a viewer's identity. */
  private readonly expiries = new Map<Viewer, () => void>();
  /** The last attempt of a viewer, while it has one under way. */
  private readonly attempts = new Map<Viewer, Promise<SignInAnswer>>();

  constructor(
    private readonly viewers: IdentifyViewer,
    private readonly faults: FaultLog,
    private readonly listener: SignInListener,
  ) {}

  /** Watches for the end of the identity that a viewer came with. */
  begin(viewer: Viewer): void {
    this.end(viewer);
    const { identity } = viewer.data;
    if (identity) this.expiries.set(viewer, onExpiry(identity.expiresAt, () => this.expire(viewer)));
  }

  end(viewer: Viewer): void {
    this.expiries.get(viewer)?.();
    this.expiries.delete(viewer);
  }

  close(): void {
    for (const callOff of this.expiries.values()) callOff();
  }

  /** Resolves when no attempt of a viewer is under way; undefined where there is none. */
  underWay(viewer: Viewer): Promise<unknown> | undefined {
    return this.attempts.get(viewer);
  }

  /** Gives a viewer the identity of a token. A refused token changes nothing. The attempts of one viewer are decided in the order in which they came. */
  async authenticate(viewer: Viewer, token: unknown): Promise<SignInAnswer> {
    const attempt = (this.attempts.get(viewer) ?? Promise.resolve()).then(() => this.attempt(viewer, token));
    this.attempts.set(viewer, attempt);
    const answer = await attempt;
    if (this.attempts.get(viewer) === attempt) this.attempts.delete(viewer);
    return answer;
  }

  /** Never rejects. */
  private async attempt(viewer: Viewer, token: unknown): Promise<SignInAnswer> {
    try {
      const identity = await this.viewers.again(token);
      if (!this.listener.isConnected(viewer)) return undefined;
      this.listener.onIdentity(viewer, identity);
      this.begin(viewer);
      return { ok: true };
    } catch (error) {
      if (error instanceof Refusal && error.kind === 'unauthenticated') return { ok: false, code: 'unauthenticated', reason: error.message };
      // Nobody can tell whether it is good: the client asks again when it comes back.
      if (!(error instanceof Refusal)) this.faults.report('a token cannot be verified', error);
      viewer.data.closeForNow('tokens cannot be verified now');
      return undefined;
    }
  }

  private expire(viewer: Viewer): void {
    this.expiries.delete(viewer);
    this.listener.onIdentity(viewer, undefined);
  }
}
