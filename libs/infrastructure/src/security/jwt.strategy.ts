import type { IncomingMessage } from 'node:http';
import { PassportStrategy } from '@nestjs/passport';
import type { Identity } from '@scoreboard/domain';
import type { JwtPayload } from 'jsonwebtoken';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { JwtVerifier } from './jwt-verifier';

const fromHeader = ExtractJwt.fromAuthHeaderAsBearerToken();

/** Passport's `jwt` strategy over the verifier's key and rules: the token comes in the Authorization header alone. */
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(private readonly verifier: JwtVerifier) {
    const { clockTolerance, ...rules } = verifier.verifyOptions;
    super({
      ...rules,
      jsonWebTokenOptions: { clockTolerance },
      jwtFromRequest: fromHeader,
      // A KeyObject: the types know only text, which would be parsed anew for every token.
      secretOrKeyProvider: (_request: unknown, _token: unknown, done: (error: null, key: never) => void) => done(null, verifier.key as never),
      passReqToCallback: true,
    });
  }

  validate(request: IncomingMessage, claims: JwtPayload): Identity {
    return this.verifier.accept(fromHeader(request as never)!, claims);
  }
}
