import { TOLERANCE_SECONDS } from '@scoreboard/application';
import { type ActionGrant, type Identity, Refusal, USER_ID } from '@scoreboard/domain';
import { actionClaims, readActionGrant } from './action-claims';
import { claimAt } from './claim-at';
import type { ClaimRules } from './claim-rules';
import { grantedScopes } from './granted-scopes';
import { type Claims, unauthenticated } from './signed-token';

/** As OpenID Connect bounds a subject's length; it is stored with what a service's token did, so half a character is none. */
const SUBJECT = /^[^\p{Cc}\p{Cs}]{1,255}$/u;
const isSubject = (value: unknown): value is string => typeof value === 'string' && SUBJECT.test(value);

/** Whom the claims of a token speak for (RFC 7519). Throws `unauthenticated` where they break a rule; `exp` and `sub` are required. */
export function readClaims(claims: Claims, rules: ClaimRules): Identity {
  const expiresAt = checkTimes(claims);
  checkOrigin(claims, rules);
  const { iss, sub } = claims;
  if (!isSubject(sub)) throw unauthenticated('The token has no valid sub: expected 1 to 255 characters, none of them a control character.');
  const identity = { issuer: typeof iss === 'string' ? iss : '', subject: sub, expiresAt };
  const actionGrant = readActionGrant(claims);
  if (actionGrant) return { ...identity, ...userOf(claims, 'sub'), scopes: new Set(), actionGrant };
  return { ...identity, ...userOf(claims, rules.userClaim), scopes: grantedScopes(claims, rules) };
}

/** The claims of a token that `readClaims` reads, by the same rules, as one for `subject` with this grant. */
export function writeClaims(subject: string, grant: readonly string[] | ActionGrant, rules: ClaimRules): Claims {
  const { issuers = [], audiences = [], audienceClaim, userClaim, scopeClaims, scopePrefix } = rules;
  const scopeClaim = scopeClaims.includes('scope') ? 'scope' : scopeClaims[0]!;
  const granted = 'action' in grant ? actionClaims(grant) : { [scopeClaim]: grant.map((scope) => scopePrefix + scope).join(' ') };
  // A path is written as one name: that is where it is looked for first.
  return { iss: issuers[0], [audienceClaim]: audiences.length > 1 ? audiences : audiences[0], sub: subject, [userClaim]: subject, ...granted };
}

function userOf(claims: Claims, userClaim: string): Pick<Identity, 'userId' | 'missingUserClaim'> {
  const userId = claimAt(claims, userClaim);
  return typeof userId === 'string' && USER_ID.test(userId) ? { userId } : { missingUserClaim: userClaim };
}

/** Returns when it expires. */
function checkTimes({ exp, nbf }: Readonly<Record<string, unknown>>): number {
  const now = Date.now() / 1_000;
  if (typeof exp !== 'number') throw unauthenticated('The token has no exp.');
  if (now >= exp + TOLERANCE_SECONDS) throw new Refusal('unauthenticated', { detail: 'The token has expired.', isExpired: true });
  if (nbf !== undefined && typeof nbf !== 'number') throw unauthenticated('The nbf of the token is no number.');
  if (nbf !== undefined && now < nbf - TOLERANCE_SECONDS) throw unauthenticated('The token is not valid yet.');
  return exp;
}

function checkOrigin(claims: Claims, { issuers, audiences, audienceClaim }: ClaimRules): void {
  if (issuers && !issuers.some((issuer) => issuer === claims.iss)) throw unauthenticated('The token is of another issuer.');
  const named = [claimAt(claims, audienceClaim)].flat();
  const isForUs = !audiences || audiences.some((audience) => named.includes(audience));
  if (!isForUs) throw unauthenticated(`The token is for another audience, as its claim ${audienceClaim} says.`);
}
