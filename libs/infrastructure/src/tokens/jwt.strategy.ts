import type { IncomingMessage } from 'node:http';
import { PassportStrategy } from '@nestjs/passport';
import type { TokenVerifier } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { Strategy } from 'passport';
import { unauthenticated } from './signed-token';

type Done = (error: unknown, identity?: Identity) => void;

/** A Passport strategy that identifies requests with a callback. Refusals reach the guard unchanged. */
class CallbackStrategy extends Strategy {
  constructor(private readonly identify: (request: IncomingMessage, done: Done) => void) {
    super();
  }

  override authenticate(request: unknown): void {
    this.identify(request as IncomingMessage, (error, identity) => (error ? this.error(error) : this.success(identity!)));
  }
}

/** Passport's strategy with our verifier, under a name that no strategy of a host has. Reads the token only from the Authorization header (RFC 6750, section 2.1). */
export class JwtStrategy extends PassportStrategy(CallbackStrategy, 'scoreboard') {
  constructor(private readonly verifier: TokenVerifier) {
    super();
  }

  validate({ headers }: IncomingMessage): Promise<Identity> {
    const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (!token) throw unauthenticated('Send the token as Authorization: Bearer <token>.');
    return this.verifier.verify(token);
  }
}
