import { z } from 'zod';

const VISIBLE = /^[\x21-\x7e]{1,255}$/;

/** The id of the desk as a client of the provider. */
export const clientId = z.string().regex(VISIBLE, 'must be 1 to 255 visible ASCII characters');

/** The API that tokens are requested for. */
export const audience = z.string().regex(VISIBLE, 'must be 1 to 255 visible ASCII characters');

/** Scopes as the provider names them. Without `openid` there is no ID token, and so no nonce to check. */
export const requestedScopes = z
  .string()
  .transform((text) => text.trim().split(/\s+/))
  .refine((names) => names.includes('openid') && names.every((name) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name)), 'must be scopes separated by spaces, openid among them')
  .transform((names) => names.join(' '));

interface DeskProviderSettings {
  readonly role: string;
  readonly ADMIN_OIDC_ISSUER?: string;
  readonly ADMIN_OIDC_CLIENT_ID?: string;
  readonly ADMIN_OIDC_SCOPES?: string;
  readonly ADMIN_OIDC_AUDIENCE?: string;
  readonly JWT_JWKS_URI?: string;
  readonly JWT_PUBLIC_KEY?: object;
}

/** Settings of the sign-in at the desk that do not fit together, one line per problem. Only the roles with a desk use them. */
export function deskProviderProblems(settings: DeskProviderSettings): string[] {
  if (settings.role !== 'api' && settings.role !== 'standalone') return [];
  const { ADMIN_OIDC_ISSUER: issuer, ADMIN_OIDC_CLIENT_ID: client, JWT_JWKS_URI, JWT_PUBLIC_KEY } = settings;
  if (!issuer) {
    const others = ['ADMIN_OIDC_CLIENT_ID', 'ADMIN_OIDC_SCOPES', 'ADMIN_OIDC_AUDIENCE'] as const;
    return others.filter((name) => settings[name] !== undefined).map((name) => `${name}: requires ADMIN_OIDC_ISSUER too`);
  }
  return [
    ...(client ? [] : ['ADMIN_OIDC_ISSUER: requires ADMIN_OIDC_CLIENT_ID too, the id of the desk as a client of the provider']),
    ...(JWT_JWKS_URI || JWT_PUBLIC_KEY ? [] : ['ADMIN_OIDC_ISSUER: requires JWT_JWKS_URI or JWT_PUBLIC_KEY too, which verifies the tokens of the provider']),
  ];
}
