import { isScope, type Scope, SCOPES } from '@scoreboard/domain';
import { z } from 'zod';

/** A provider's name for one of our scopes. */
export interface ScopeName {
  readonly name: string;
  readonly scope: Scope;
}

const OURS = SCOPES.join(', ');
const itemsOf = (text: string): string[] => text.split(',').map((item) => item.trim());
const isClaim = (path: string): boolean => path.split('.').every(Boolean);

/** `one,two`, trimmed. */
export const list = z
  .string()
  .transform(itemsOf)
  .refine((items) => items.every(Boolean), 'must be a list separated by commas, without an empty item');

/** The name of a claim, or a path to it. */
export const claim = z.string().trim().refine(isClaim, 'must be the name of a claim, or a path such as app_metadata.player');

export const claims = z
  .string()
  .transform(itemsOf)
  .refine((paths) => paths.every(isClaim), 'must be names of claims, or paths such as realm_access.roles, separated by commas');

/** `scores:write actions:issue`; commas are accepted too. */
export const scopes = z.string().transform((text, context): readonly Scope[] => {
  const names = itemsOf(text).flatMap((item) => item.split(/\s+/));
  if (names.every(isScope)) return names;
  context.addIssue({ code: 'custom', message: `must be scopes separated by spaces, each one of ${OURS}` });
  return z.NEVER;
});

/** `name=scope,…`. A name may occur several times, for several scopes. */
export const scopeMap = z.string().transform((text, context): readonly ScopeName[] => {
  const entries = itemsOf(text).map((entry) => /^(.+)=([^=]+)$/.exec(entry)?.slice(1).map((part) => part.trim()) ?? ['', '']);
  entries.forEach(([name, scope], i) => {
    const complain = (problem: string) => context.addIssue({ code: 'custom', message: `entry ${i + 1} ${problem}` });
    if (!name || !isScope(scope!)) complain(`must be name=scope, with one of the scopes ${OURS}`);
    else if (isScope(name) && name !== scope) complain(`must not rename ${name}, which is already a scope`);
  });
  return entries.map(([name, scope]) => ({ name: name!, scope: scope as Scope }));
});

interface ClaimSettings {
  readonly JWT_AUDIENCE?: readonly string[];
  readonly JWT_AUDIENCE_CLAIM: string;
  readonly JWT_USER_CLAIM: string;
  readonly JWT_SCOPE_CLAIMS: readonly string[];
  readonly JWT_SCOPE_PREFIX: string;
  readonly JWT_SCOPE_MAP: readonly ScopeName[];
}

/** Claims with a fixed meaning in every token. */
const REGISTERED = ['iss', 'exp', 'nbf', 'iat', 'jti', 'authorization_details'];

/** Valid settings that contradict each other, one line per problem. */
export function claimProblems(settings: ClaimSettings): string[] {
  const { JWT_AUDIENCE, JWT_AUDIENCE_CLAIM, JWT_SCOPE_PREFIX, JWT_SCOPE_MAP } = settings;
  const lines = claimsWithTwoMeanings(settings);
  if (!JWT_AUDIENCE && JWT_AUDIENCE_CLAIM !== 'aud') lines.push('JWT_AUDIENCE_CLAIM: requires JWT_AUDIENCE; without it no audience is checked');
  if (JWT_SCOPE_PREFIX && JWT_SCOPE_MAP.some(({ name }) => name.startsWith(JWT_SCOPE_PREFIX))) {
    lines.push('JWT_SCOPE_MAP: must name scopes without JWT_SCOPE_PREFIX, which is removed first');
  }
  return lines;
}

function claimsWithTwoMeanings({ JWT_USER_CLAIM, JWT_AUDIENCE_CLAIM, JWT_SCOPE_CLAIMS }: ClaimSettings): string[] {
  const uses: [setting: string, claim: string][] = [
    ['JWT_USER_CLAIM', JWT_USER_CLAIM],
    ['JWT_AUDIENCE_CLAIM', JWT_AUDIENCE_CLAIM],
    ...[...new Set(JWT_SCOPE_CLAIMS)].map((name): [string, string] => ['JWT_SCOPE_CLAIMS', name]),
  ];
  const names = uses.map(([, name]) => name);
  const isTaken = (name: string, i: number) => REGISTERED.includes(name) || names.indexOf(name) < i || (name === 'sub' && i > 0);
  return uses.filter(([, name], i) => isTaken(name, i)).map(([setting, name]) => `${setting}: must not be ${name}, which already has another meaning`);
}
