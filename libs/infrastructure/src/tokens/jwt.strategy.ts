import type { IncomingMessage } from 'node:http';
import { PassportStrategy } from '@nestjs/passport';
import type { Identity } from '@scoreboard/domain';
import { Strategy } from 'passport';
import type { JwtVerifier } from './jwt-verifier';
import { unauthenticated } from './signed-token';

type Done = (error: unknown, identity?: Identity) => void;

/** A Passport strategy that asks a callback whom a request is from; a refusal goes to the guard as it is. */
class CallbackStrategy extends Strategy {
  constructor(private readonly identify: (request: IncomingMessage, done: Done) => void) {
    super();
  }

  override authenticate(request: unknown): void {
    this.identify(request as IncomingMessage, (error, identity) => (error ? this.error(error) : this.success(identity!)));
  }
}

/** Passport's `jwt` strategy over the verifier: the token comes in the Authorization header alone (RFC 6750, section 2.1). */
export class JwtStrategy extends PassportStrategy(CallbackStrategy, 'jwt') {
  constructor(private readonly verifier: JwtVerifier) {
    super();
  }

  validate({ headers }: IncomingMessage): Promise<Identity> {
    const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (!token) throw unauthenticated('Send the token as Authorization: Bearer <token>.');
    return this.verifier.verify(token);
  }
}
