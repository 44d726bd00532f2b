import type { Scope } from '@scoreboard/domain';
import { OWN_ISSUER, type ScopeName, type Settings } from '@scoreboard/infrastructure/config';

/** How to interpret the claims of a token. Claim names are paths for `claimAt`. */
export interface ClaimRules {
  /** `iss` must be one of these. Absent: not checked. */
  readonly issuers?: readonly string[];
  /** The audience claim must contain one of these. Absent: not checked. */
  readonly audiences?: readonly string[];
  readonly audienceClaim: string;
  readonly userClaim: string;
  /** The claims that name and picture the user. Absent: not read. */
  readonly nameClaim?: string;
  readonly pictureClaim?: string;
  /** The claims that scopes are read from. */
  readonly scopeClaims: readonly string[];
  /** Removed from the start of each scope … */
  readonly scopePrefix: string;
  /** … before the names are mapped to our scopes. */
  readonly scopeNames: readonly ScopeName[];
  /** The scopes of a token that contains none of our scopes. */
  readonly defaultScopes: readonly Scope[];
}

/** Standard tokens use the registered claims. */
const STANDARD: ClaimRules = { audienceClaim: 'aud', userClaim: 'sub', scopeClaims: ['scope'], scopePrefix: '', scopeNames: [], defaultScopes: [] };

/** Rules for tokens signed here with `JWT_PRIVATE_KEY`. Settings for a provider's claims do not apply to them. */
export const ownRules = ({ JWT_AUDIENCE: audiences }: Settings): ClaimRules => ({ ...STANDARD, issuers: [OWN_ISSUER], audiences });

/** Rules for all other tokens, including those signed here with `JWT_SECRET`. */
export const outsideRules = (settings: Settings): ClaimRules => ({
  issuers: settings.JWT_ISSUER,
  audiences: settings.JWT_AUDIENCE,
  audienceClaim: settings.JWT_AUDIENCE_CLAIM,
  userClaim: settings.JWT_USER_CLAIM,
  nameClaim: settings.JWT_NAME_CLAIM,
  pictureClaim: settings.JWT_PICTURE_CLAIM,
  scopeClaims: settings.JWT_SCOPE_CLAIMS,
  scopePrefix: settings.JWT_SCOPE_PREFIX,
  scopeNames: settings.JWT_SCOPE_MAP,
  defaultScopes: settings.JWT_DEFAULT_SCOPES,
});
