import { isScope, type Scope } from '@scoreboard/domain';
import { claimAt } from './claim-at';
import type { ClaimRules } from './claim-rules';
import type { Claims } from './signed-token';

/**
 * Our scopes that a token grants: a space-separated string (RFC 8693, section 4.2) or an array of strings, in any of the
 * configured claims. Unknown scopes are ignored, and values of other types grant nothing.
 */
export function grantedScopes(claims: Claims, rules: ClaimRules): ReadonlySet<Scope> {
  const granted = rules.scopeClaims.flatMap((claim) => namesIn(claimAt(claims, claim))).flatMap((name) => scopesOf(name, rules));
  return new Set(granted.length ? granted : rules.defaultScopes);
}

function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) && value.every((name) => typeof name === 'string') ? value : [];
}

function scopesOf(named: string, { scopePrefix, scopeNames }: ClaimRules): readonly Scope[] {
  const name = named.startsWith(scopePrefix) ? named.slice(scopePrefix.length) : named;
  const renamed = scopeNames.filter((entry) => entry.name === name);
  return renamed.length ? renamed.map(({ scope }) => scope) : [name].filter(isScope);
}
