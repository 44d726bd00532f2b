/** What a client may want to know of a JWT (RFC 7519). */
export interface TokenClaims {
  readonly sub?: string;
  /** When it expires, in Unix seconds. */
  readonly exp?: number;
}

/** What a token says; nothing for what is no JWT. It is only read here: the server is who verifies it. */
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
