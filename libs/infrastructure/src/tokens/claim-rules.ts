import type { Scope } from '@scoreboard/domain';
import { OWN_ISSUER, type ScopeName, type Settings } from '@scoreboard/infrastructure/config';

/** What the claims of a token mean. Claims are named as `claimAt` takes them. */
export interface ClaimRules {
  /** `iss` must be one of them; not checked where absent. */
  readonly issuers?: readonly string[];
  /** One of them must stand in the audience's claim; not checked where absent. */
  readonly audiences?: readonly string[];
  readonly audienceClaim: string;
  readonly userClaim: string;
  /** A scope counts where it stands in any of them. */
  readonly scopeClaims: readonly string[];
  /** Taken off the front of each scope … */
  readonly scopePrefix: string;
  /** … before names become scopes of ours. */
  readonly scopeNames: readonly ScopeName[];
  /** What a token grants in which no scope of ours stands. */
  readonly defaultScopes: readonly Scope[];
}

/** A token that follows the standards says everything in the registered claims. */
const STANDARD: ClaimRules = { audienceClaim: 'aud', userClaim: 'sub', scopeClaims: ['scope'], scopePrefix: '', scopeNames: [], defaultScopes: [] };

/** Tokens that are made here with `JWT_PRIVATE_KEY`: what is set for a provider's claims does not concern them. */
export const ownRules = ({ JWT_AUDIENCE: audiences }: Settings): ClaimRules => ({ ...STANDARD, issuers: [OWN_ISSUER], audiences });

/** All other tokens; also those that are made here with `JWT_SECRET`. */
export const outsideRules = (settings: Settings): ClaimRules => ({
  issuers: settings.JWT_ISSUER,
  audiences: settings.JWT_AUDIENCE,
  audienceClaim: settings.JWT_AUDIENCE_CLAIM,
  userClaim: settings.JWT_USER_CLAIM,
  scopeClaims: settings.JWT_SCOPE_CLAIMS,
  scopePrefix: settings.JWT_SCOPE_PREFIX,
  scopeNames: settings.JWT_SCOPE_MAP,
  defaultScopes: settings.JWT_DEFAULT_SCOPES,
});
