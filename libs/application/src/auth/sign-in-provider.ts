/** What a browser needs to sign an operator in at an OpenID Connect provider. */
export interface SignInDetails {
  readonly issuer: string;
  readonly clientId: string;
  /** Scopes that are requested, separated by spaces. */
  readonly scope: string;
  /** The API that the token is for, for providers that must be asked for one. */
  readonly audience?: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** Where the provider ends its own session; not every provider has it. */
  readonly endSessionEndpoint?: string;
  /** Whether every answer of the provider names its issuer (RFC 9207). */
  readonly namesIssuer: boolean;
}

/** The OpenID Connect provider at which operators sign in to the desk. */
export abstract class SignInProvider {
  /** Its endpoints as it publishes them. Undefined if it cannot be asked, or has published something that cannot be used; the reason has been reported. */
  abstract details(): Promise<SignInDetails | undefined>;
}
