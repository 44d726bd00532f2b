interface Claims {
  readonly sub?: string;
  /** Seconds since the Unix epoch. */
  readonly exp?: number;
  readonly iss?: unknown;
  readonly aud?: unknown;
  readonly azp?: unknown;
  readonly nonce?: unknown;
}

/** The claims of a token, unverified; none if it is not a JWT. */
export function claimsOf(token: string): Claims {
  try {
    const base64 = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))) as Claims;
  } catch {
    return {}; // the server refuses it, or understands more than this
  }
}
