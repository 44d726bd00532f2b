import { Refusal } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import { ClientSecrets } from './client-secrets';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';
import { CLIENT_ID, ServiceClients } from './service-clients';
import { TokenSigner } from './token-verifier';

/** Lifetime of a service token, in seconds. A revoked client can use its tokens until they expire. */
export const SERVICE_TOKEN_SECONDS = 3_600;

/** Credentials of a service that asks for a token. */
export interface TokenRequest {
  readonly clientId: string;
  readonly secret: string;
  /** The requested scopes; empty: all scopes of the client. */
  readonly scopes: readonly string[];
  readonly address: string;
}

/** A token for a service. */
export interface IssuedToken {
  readonly token: string;
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly expiresIn: number;
}

/**
 * Issues a token to a service (RFC 6749, section 4.4). Each token is recorded in the audit log before it is returned.
 *
 * Refusals: `invalid-client` (unknown client, revoked client and wrong secret have the same answer and timing), `invalid-scope`,
 * `rate-limited` if too many secrets are being compared, `ledger-unavailable`.
 */
export class IssueToken {
  constructor(
    private readonly clients: ServiceClients,
    private readonly secrets: ClientSecrets,
    private readonly signer: TokenSigner,
    private readonly audit: AuditLog,
    private readonly errors: ErrorReporter,
  ) {}

  async execute({ clientId, secret, scopes, address }: TokenRequest): Promise<IssuedToken> {
    const client = CLIENT_ID.test(clientId) ? await readLedger(this.errors, () => this.clients.find(clientId)) : undefined;
    const isRight = await this.secrets.matches(secret, client?.secretHash);
    if (!client || !isRight || client.revokedAt) throw new Refusal('invalid-client', { detail: 'The client does not exist or is revoked, or the secret is wrong.' });

    const granted = scopes.length ? [...new Set(scopes)] : client.scopes;
    const beyond = granted.filter((scope) => !client.scopes.includes(scope));
    if (beyond.length) throw new Refusal('invalid-scope', { detail: 'The client is not allowed all of the requested scopes.' });

    await readLedger(this.errors, () => this.audit.append({ act: 'token.issue', actor: client.id, details: { scopes: granted }, address }));
    return { token: await this.signer.sign(client.id, granted, SERVICE_TOKEN_SECONDS), scopes: granted, expiresIn: SERVICE_TOKEN_SECONDS };
  }
}
