import { TOLERANCE_SECONDS } from '@scoreboard/application';
import { type ActionGrant, type Identity, Refusal, USER_ID } from '@scoreboard/domain';
import { actionClaims, readActionGrant } from './action-claims';
import { claimAt } from './claim-at';
import type { ClaimRules } from './claim-rules';
import { grantedScopes } from './granted-scopes';
import { type Claims, unauthenticated } from './signed-token';

/** The length limit of OpenID Connect. Subjects of services are stored, so control characters and unpaired surrogates are invalid. */
const SUBJECT = /^[^\p{Cc}\p{Cs}]{1,255}$/u;
const isSubject = (value: unknown): value is string => typeof value === 'string' && SUBJECT.test(value);

/** Reads the identity from the claims of a token (RFC 7519). Throws `unauthenticated` if a claim is invalid; `exp` and `sub` are required. */
export function readClaims(claims: Claims, rules: ClaimRules): Identity {
  const expiresAt = checkTimes(claims);
  checkOrigin(claims, rules);
  const { iss, sub } = claims;
  if (!isSubject(sub)) throw unauthenticated('The claim sub is missing or invalid: expected 1 to 255 characters without control characters.');
  const identity = { issuer: typeof iss === 'string' ? iss : '', subject: sub, expiresAt, ...profileOf(claims, rules) };
  const actionGrant = readActionGrant(claims);
  if (actionGrant) return { ...identity, ...userOf(claims, 'sub'), scopes: new Set(), actionGrant };
  return { ...identity, ...userOf(claims, rules.userClaim), scopes: grantedScopes(claims, rules) };
}

/** The inverse of `readClaims`: the claims of a token for `subject` with this grant. */
export function writeClaims(subject: string, grant: readonly string[] | ActionGrant, rules: ClaimRules): Claims {
  const { issuers = [], audiences = [], audienceClaim, userClaim, scopeClaims, scopePrefix } = rules;
  const scopeClaim = scopeClaims.includes('scope') ? 'scope' : scopeClaims[0]!;
  const granted = 'action' in grant ? actionClaims(grant) : { [scopeClaim]: grant.map((scope) => scopePrefix + scope).join(' ') };
  // A path is written as a single name, which `claimAt` tries first.
  return { iss: issuers[0], [audienceClaim]: audiences.length > 1 ? audiences : audiences[0], sub: subject, [userClaim]: subject, ...granted };
}

function userOf(claims: Claims, userClaim: string): Pick<Identity, 'userId' | 'missingUserClaim'> {
  const userId = claimAt(claims, userClaim);
  return typeof userId === 'string' && USER_ID.test(userId) ? { userId } : { missingUserClaim: userClaim };
}

function profileOf(claims: Claims, { nameClaim, pictureClaim }: ClaimRules): Pick<Identity, 'profile'> {
  const textAt = (claim?: string) => [claim === undefined ? undefined : claimAt(claims, claim)].find((value) => typeof value === 'string' && value !== '') as string | undefined;
  const [name, avatarUrl] = [textAt(nameClaim), textAt(pictureClaim)];
  return name === undefined && avatarUrl === undefined ? {} : { profile: { name, avatarUrl } };
}

/** Returns the expiry time, in Unix seconds. */
function checkTimes({ exp, nbf }: Readonly<Record<string, unknown>>): number {
  const now = Date.now() / 1_000;
  if (typeof exp !== 'number') throw unauthenticated('The claim exp is missing or not a number.');
  if (now >= exp + TOLERANCE_SECONDS) throw new Refusal('unauthenticated', { detail: 'The token has expired.', isExpired: true });
  if (nbf !== undefined && typeof nbf !== 'number') throw unauthenticated('The claim nbf is not a number.');
  if (nbf !== undefined && now < nbf - TOLERANCE_SECONDS) throw unauthenticated('The token is not valid yet.');
  return exp;
}

function checkOrigin(claims: Claims, { issuers, audiences, audienceClaim }: ClaimRules): void {
  if (issuers && !issuers.some((issuer) => issuer === claims.iss)) throw unauthenticated('The issuer of the token (iss) is not accepted.');
  const named = [claimAt(claims, audienceClaim)].flat();
  const isForUs = !audiences || audiences.some((audience) => named.includes(audience));
  if (!isForUs) throw unauthenticated(`The audience of the token (${audienceClaim}) is not accepted.`);
}
