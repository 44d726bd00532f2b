import { AuditLog } from './audit-log';
import { ClientSecrets } from './client-secrets';
import { ServiceClients } from './service-clients';

/** Who an operator's command is in the audit trail. */
export const OPERATOR = 'operator';

/** Makes a client and its secret, which is told this once and cannot be found again. Undefined where the id was ever used. */
export class AddClient {
  constructor(
    private readonly clients: ServiceClients,
    private readonly secrets: ClientSecrets,
    private readonly audit: AuditLog,
  ) {}

  async execute(id: string, scopes: readonly string[]): Promise<string | undefined> {
    if (await this.clients.find(id)) return undefined;
    const secret = this.secrets.create();
    const hash = await this.secrets.hash(secret);
    await this.audit.append({ act: 'client.add', actor: OPERATOR, target: id, details: { scopes } });
    return (await this.clients.add({ id, scopes }, hash)) ? secret : undefined;
  }
}

/** Ends a client: no more tokens from now on. False where there is no such client or it is revoked already. */
export class RevokeClient {
  constructor(
    private readonly clients: ServiceClients,
    private readonly audit: AuditLog,
  ) {}

  async execute(id: string): Promise<boolean> {
    const client = await this.clients.find(id);
    if (!client || client.revokedAt) return false;
    await this.audit.append({ act: 'client.revoke', actor: OPERATOR, target: id });
    return this.clients.revoke(id);
  }
}
