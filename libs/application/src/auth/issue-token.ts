import { Refusal } from '@scoreboard/domain';
import { AuditLog } from '../moderation/audit-log';
import { ClientSecrets } from './client-secrets';
import type { ErrorReporter } from '../moderation/error-reporter';
import { readLedger } from '../leaderboard/ledger-reads';
import { CLIENT_ID, ServiceClients } from './service-clients';
import { TokenSigner } from './token-verifier';

/** How long a service's token is good, in seconds: also how long a revoked client may still act. */
export const SERVICE_TOKEN_SECONDS = 3_600;

export interface TokenRequest {
  readonly clientId: string;
  readonly secret: string;
  /** What of its scopes the client wants now; all of them where none is named. */
  readonly scopes: readonly string[];
  readonly address: string;
}

export interface IssuedToken {
  readonly token: string;
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly expiresIn: number;
}

/**
 * Gives a service a token for itself (RFC 6749, section 4.4); each one is in the audit trail before it is given.
 *
 * Refusals: `invalid-client` (unknown, revoked or a wrong secret: all the same, also in time), `invalid-scope`, `rate-limited` where too
 * many secrets are being compared, `ledger-unavailable`.
 */
export class IssueToken {
  constructor(
    private readonly clients: ServiceClients,
    private readonly secrets: ClientSecrets,
    private readonly signer: TokenSigner,
    private readonly audit: AuditLog,
    private readonly faults: ErrorReporter,
  ) {}

  async execute({ clientId, secret, scopes, address }: TokenRequest): Promise<IssuedToken> {
    const client = CLIENT_ID.test(clientId) ? await readLedger(this.faults, () => this.clients.find(clientId)) : undefined;
    const isRight = await this.secrets.matches(secret, client?.secretHash);
    if (!client || !isRight || client.revokedAt) throw new Refusal('invalid-client', { detail: 'There is no such client, or its secret is another.' });

    const granted = scopes.length ? [...new Set(scopes)] : client.scopes;
    const beyond = granted.filter((scope) => !client.scopes.includes(scope));
    if (beyond.length) throw new Refusal('invalid-scope', { detail: 'The client may not have all of these scopes.' });

    await readLedger(this.faults, () => this.audit.append({ act: 'token.issue', actor: client.id, details: { scopes: granted }, address }));
    return { token: await this.signer.sign(client.id, granted, SERVICE_TOKEN_SECONDS), scopes: granted, expiresIn: SERVICE_TOKEN_SECONDS };
  }
}
