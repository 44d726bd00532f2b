/** The claims of a JWT (RFC 7519) that a client uses. */
export interface TokenClaims {
  readonly sub?: string;
  /** Expiry, in Unix seconds. */
  readonly exp?: number;
}

/** Reads the claims of a token without verifying it: only the server can. Empty if the token is not a JWT. */
export function claimsOf(token: string): TokenClaims {
  try {
    const payload = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const { sub, exp } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return { sub: typeof sub === 'string' ? sub : undefined, exp: typeof exp === 'number' ? exp : undefined };
  } catch {
    return {};
  }
}
