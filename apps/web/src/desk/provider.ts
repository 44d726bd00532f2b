import { find } from '../find';
import { KeptValue } from '../kept-value';
import { challengeOf, idTokenProblem, randomText } from './oidc';

const ANSWER_MS = 30_000;

/** What the server has published in the page; the fields are those of `SignInDetails`. */
interface Details {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly audience?: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly endSessionEndpoint?: string;
  readonly namesIssuer: boolean;
}

/** A sign-in that was started in this tab and has not come back yet. */
interface Flow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The view that the operator left. */
  readonly hash: string;
}

interface TokenAnswer {
  readonly access_token?: unknown;
  readonly token_type?: unknown;
  readonly id_token?: unknown;
  readonly error?: string;
  readonly error_description?: string;
}

/**
 * Signs the operator in at an OpenID Connect provider: authorization code flow with PKCE (RFC 7636), as a public client without a secret.
 *
 * The page leaves for the provider and comes back to `/admin` with a code, which only this tab can exchange: state, nonce and verifier are in its session
 * storage, and are used once. A refresh token is not requested; if the provider sends one, it is dropped.
 */
export class Provider {
  private readonly flow = new KeptValue<Flow>('desk-sign-in', 'tab');
  /** The provider wants it when the operator signs out. */
  private readonly idToken = new KeptValue<string>('desk-id-token', 'tab');
  /** Whether the provider must ask for the account again, because the last one was refused here or signed out. */
  private readonly again = new KeptValue<boolean>('desk-sign-in-again', 'tab');
  /** The address that the provider sends the operator back to; it must be registered there. */
  private readonly redirectUri = location.origin + location.pathname;

  private constructor(private readonly details?: Details) {}

  /** Undefined where operators sign in with a token only. */
  static ofPage(): Provider | undefined {
    const content = find<HTMLMetaElement>('meta[name=sign-in]').content;
    if (!content) return undefined;
    const details = JSON.parse(content) as Details | { readonly isUnavailable: true };
    return new Provider('isUnavailable' in details ? undefined : details);
  }

  get name(): string {
    return this.details ? new URL(this.details.issuer).host : 'the identity provider';
  }

  /** Why the operator cannot sign in there; undefined if they can. */
  get problem(): string | undefined {
    if (!this.details) return 'The server cannot reach the identity provider. Reload the page to try again, or sign in with a token.';
    return crypto.subtle ? undefined : 'Signing in at the identity provider needs https. Open this page by its https address.';
  }

  /** Leaves the page for the provider. */
  async leave(): Promise<void> {
    const { clientId, scope, audience, authorizationEndpoint } = this.details!;
    const flow: Flow = { state: randomText(), nonce: randomText(), verifier: randomText(), hash: location.hash };
    this.flow.set(flow);
    const url = new URL(authorizationEndpoint);
    const parameters = {
      ...{ response_type: 'code', client_id: clientId, redirect_uri: this.redirectUri, scope, state: flow.state, nonce: flow.nonce },
      ...{ code_challenge: await challengeOf(flow.verifier), code_challenge_method: 'S256' },
      ...(audience !== undefined && { audience }),
      ...(this.again.get() && { prompt: 'login' }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    location.assign(url);
  }

  /** If the provider has just sent the operator back: the access token. Rejects with what to tell the operator. The answer is removed from the address at once. */
  async arrive(): Promise<string | undefined> {
    const answer = new URLSearchParams(location.search);
    if (!answer.has('code') && !answer.has('error')) return undefined;
    const flow = this.flow.get();
    this.flow.set(undefined);
    history.replaceState(null, '', location.pathname + (flow?.hash ?? ''));
    if (!flow || answer.get('state') !== flow.state) throw new Error('This answer of the identity provider does not belong to a sign-in of this tab, or was used already. Sign in again.');
    if (!this.details) throw new Error(this.problem);
    const { issuer, namesIssuer } = this.details;
    if (answer.has('iss') ? answer.get('iss') !== issuer : namesIssuer) throw new Error('This answer is not from the configured identity provider. Sign in again.');
    if (answer.has('error')) throw new Error(`The identity provider refused: ${reason(answer.get('error'), answer.get('error_description'))}`);
    return this.exchange(answer.get('code')!, flow);
  }

  /** The last token was refused here: the next sign-in asks for the account again, instead of sending the same one back. */
  refuse(): void {
    this.again.set(true);
  }

  accept(): void {
    this.again.set(undefined);
  }

  /** Forgets the sign-in. Returns the URL that ends the session at the provider, or undefined if this page started no session or the provider publishes no such URL. */
  signOut(): string | undefined {
    const idToken = this.idToken.get();
    this.idToken.set(undefined);
    this.again.set(true);
    const end = this.details?.endSessionEndpoint;
    if (end === undefined || idToken === undefined) return undefined;
    const url = new URL(end);
    const parameters = { id_token_hint: idToken, client_id: this.details!.clientId, post_logout_redirect_uri: this.redirectUri };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  private async exchange(code: string, { verifier, nonce }: Flow): Promise<string> {
    const { clientId, issuer, tokenEndpoint } = this.details!;
    const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: this.redirectUri, client_id: clientId, code_verifier: verifier });
    const response = await fetch(tokenEndpoint, { method: 'POST', body, credentials: 'omit', redirect: 'error', cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => {
      throw new Error(`The identity provider did not answer, or does not let this page ask for a token: it must allow the origin ${location.origin}. Sign in again.`);
    });
    const answer = (await response.json().catch(() => ({}))) as TokenAnswer;
    if (!response.ok) throw new Error(`The identity provider gave no token: ${reason(answer.error ?? `status ${response.status}`, answer.error_description)}`);
    const { access_token: accessToken, id_token: idToken, token_type: type } = answer;
    if (typeof accessToken !== 'string' || String(type).toLowerCase() !== 'bearer') throw new Error('The identity provider gave no bearer token. Look at the settings of the client there.');
    const problem = idTokenProblem(idToken, { issuer, clientId, nonce });
    if (problem) throw new Error(`The ID token of the identity provider is refused: ${problem}. Sign in again.`);
    this.idToken.set(idToken as string);
    return accessToken;
  }
}

/** What the provider says is text of a stranger: shown as text, and not endlessly. */
const reason = (code: unknown, description?: string | null): string => {
  const text = `${description ? `${description} (${String(code)})` : String(code)}`.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 300);
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
