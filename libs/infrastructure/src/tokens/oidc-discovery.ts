import { type SignInDetails, SignInProvider, withDeadline } from '@scoreboard/application';
import { isTrustedUrl } from '@scoreboard/infrastructure/config';
import { z } from 'zod';
import { fetchJson } from './fetch-json';

export interface OidcDiscoveryOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly audience?: string;
  /** Called with the error of each failed fetch. */
  readonly onFault: (error: unknown) => void;
  /** How long the endpoints are used before they are fetched again, in ms. Default: 5 minutes. */
  readonly refreshMs?: number;
  /** Minimum time between two fetches while they fail, in ms. Default: 5 seconds. */
  readonly retryMs?: number;
  /** Timeout of a fetch, including the body, in ms. Default: 3 seconds. */
  readonly timeoutMs?: number;
}

const MAX_BYTES = 64 * 1024;
const endpoint = z.string('is missing').refine(isTrustedUrl, 'is not an https:// URL');
/** The members that are used (OpenID Connect Discovery 1.0, section 3). */
const metadataSchema = z.object({
  issuer: z.string('is missing'),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  end_session_endpoint: endpoint.optional(),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});

/**
 * Reads the endpoints of a provider from `<issuer>/.well-known/openid-configuration`. It is fetched when somebody asks, one fetch at a time for all who
 * ask, and kept. While the provider is unavailable, the endpoints it published last stay in use.
 */
export class OidcDiscovery extends SignInProvider {
  private known?: SignInDetails;
  private fetchAfter = -Infinity;
  private fetching?: Promise<void>;
  private readonly stopping = new AbortController();

  constructor(private readonly options: OidcDiscoveryOptions) {
    super();
  }

  async details(): Promise<SignInDetails | undefined> {
    if (performance.now() >= this.fetchAfter) this.fetching ??= this.load().finally(() => (this.fetching = undefined));
    await this.fetching;
    return this.known;
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** Never rejects. */
  private async load(): Promise<void> {
    const { issuer, onFault, refreshMs = 300_000, retryMs = 5_000, timeoutMs = 3_000 } = this.options;
    const uri = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    try {
      this.known = this.read(await withDeadline(timeoutMs, this.stopping.signal, (signal) => fetchJson(uri, { maxBytes: MAX_BYTES, signal })));
      this.fetchAfter = performance.now() + refreshMs;
    } catch (error) {
      this.fetchAfter = performance.now() + retryMs;
      if (!this.stopping.signal.aborted) onFault(error);
    }
  }

  private read(answer: unknown): SignInDetails {
    const { issuer, clientId, scope, audience } = this.options;
    const parsed = metadataSchema.safeParse(answer);
    if (!parsed.success) throw new Error(`the provider's configuration cannot be used: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`);
    const { data } = parsed;
    // Otherwise one provider could speak for another (section 4.3).
    if (data.issuer !== issuer) throw new Error(`the provider calls itself ${JSON.stringify(data.issuer)}: expected ${JSON.stringify(issuer)}, the value of ADMIN_OIDC_ISSUER, to the last slash`);
    if (data.code_challenge_methods_supported?.includes('S256') === false) throw new Error('the provider does not support PKCE with S256');
    return {
      ...{ issuer, clientId, scope, authorizationEndpoint: data.authorization_endpoint, tokenEndpoint: data.token_endpoint },
      ...(audience !== undefined && { audience }),
      ...(data.end_session_endpoint !== undefined && { endSessionEndpoint: data.end_session_endpoint }),
      namesIssuer: data.authorization_response_iss_parameter_supported ?? false,
    };
  }
}
