import { isScope, type Scope } from '@scoreboard/domain';
import { claimAt } from './claim-at';
import type { ClaimRules } from './claim-rules';
import type { Claims } from './signed-token';

/**
 * The scopes of ours that a token grants: as text with spaces between (RFC 8693, section 4.2) or as a list of texts, in all
 * claims that may hold some. What is not ours is ignored, and a value of another type grants nothing.
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
