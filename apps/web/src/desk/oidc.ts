import { claimsOf } from './claims';

/** 256 random bits, as text that may stand in a URL. */
export const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** The S256 code challenge of a verifier (RFC 7636, section 4.2). */
export const challengeOf = async (verifier: string): Promise<string> => base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));

const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/**
 * Why an ID token does not belong to this sign-in; undefined if it does (OpenID Connect Core 1.0, section 3.1.3.7). Its signature is not checked: it comes from
 * the provider itself, over TLS, and opens nothing here. The access token is verified by the server.
 */
export function idTokenProblem(token: unknown, { issuer, clientId, nonce }: { readonly issuer: string; readonly clientId: string; readonly nonce: string }): string | undefined {
  if (typeof token !== 'string') return 'it is missing, although the scope openid was requested';
  const { iss, aud, azp, exp, nonce: own } = claimsOf(token);
  if (own !== nonce) return 'its nonce is not that of this sign-in';
  if (iss !== issuer) return 'it has another issuer';
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(clientId) || (audiences.length > 1 && azp !== undefined && azp !== clientId)) return 'it is for another client';
  return typeof exp === 'number' && exp * 1_000 > Date.now() - SKEW_MS ? undefined : 'it has expired; compare the clock of this device';
}

/** How far the clock of the device may be ahead. */
const SKEW_MS = 60_000;
