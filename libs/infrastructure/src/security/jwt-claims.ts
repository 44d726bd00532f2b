import { TOLERANCE_SECONDS } from '@scoreboard/application';
import { type Identity, Refusal } from '@scoreboard/domain';
import { readActionGrant } from './action-claims';
import { type Claims, unauthenticated } from './jws';

export interface ClaimRules {
  /** Checked where given. */
  readonly issuer?: string;
  readonly audience?: string;
  /** The claim that names the user. Default `sub`. */
  readonly userClaim?: string;
}

/** As OpenID Connect bounds a subject's length; it is stored with what a service's token did. */
const SUBJECT = /^\P{Cc}{1,255}$/u;
const isSubject = (value: unknown): value is string => typeof value === 'string' && SUBJECT.test(value);

/** Whom the claims of a token speak for (RFC 7519). Throws `unauthenticated` where they break a rule; `exp` and `sub` are required. */
export function readClaims(claims: Claims, rules: ClaimRules): Identity {
  const expiresAt = checkTimes(claims);
  checkOrigin(claims, rules);
  const { iss, sub, scope } = claims;
  if (!isSubject(sub)) throw unauthenticated('The token has no valid sub: 1 to 255 characters, none of them a control character.');
  const userId = claims[rules.userClaim ?? 'sub'];
  if (!isSubject(userId)) throw unauthenticated('The token names no valid user.');
  const actionGrant = readActionGrant(claims);
  return {
    issuer: typeof iss === 'string' ? iss : '',
    subject: sub,
    userId,
    // RFC 8693, section 4.2: scopes parted by spaces; anything else grants nothing.
    scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []),
    ...(actionGrant ? { actionGrant } : {}),
    expiresAt,
  };
}

/** Returns when it expires. */
function checkTimes({ exp, nbf }: Claims): number {
  const now = Date.now() / 1_000;
  if (typeof exp !== 'number') throw unauthenticated('The token has no exp.');
  if (now >= exp + TOLERANCE_SECONDS) throw new Refusal('unauthenticated', { detail: 'The token has expired.', isExpired: true });
  if (nbf !== undefined && typeof nbf !== 'number') throw unauthenticated('The nbf of the token is no number.');
  if (nbf !== undefined && now < nbf - TOLERANCE_SECONDS) throw unauthenticated('The token is not valid yet.');
  return exp;
}

function checkOrigin({ iss, aud }: Claims, { issuer, audience }: ClaimRules): void {
  if (issuer !== undefined && iss !== issuer) throw unauthenticated('The token is of another issuer.');
  if (audience !== undefined && ![aud].flat().includes(audience)) throw unauthenticated('The token is for another audience.');
}
