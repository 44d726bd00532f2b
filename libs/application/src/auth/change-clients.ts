import { AuditLog } from '../moderation/audit-log';
import { ClientSecrets } from './client-secrets';
import { actOf, type Operator } from '../moderation/operator';
import { ServiceClients } from './service-clients';

/** Makes a client and its secret, which is told this once and cannot be found again. Undefined where the id was ever used. */
export class AddClient {
  constructor(
    private readonly clients: ServiceClients,
    private readonly secrets: ClientSecrets,
    private readonly audit: AuditLog,
  ) {}

  async execute(operator: Operator, id: string, scopes: readonly string[]): Promise<string | undefined> {
    if (!(await this.isFree(id))) return undefined;
    const secret = this.secrets.create();
    const hash = await this.secrets.hash(secret);
    await this.audit.append(actOf(operator, 'client.add', { target: id, details: { scopes } }));
    return (await this.clients.add({ id, scopes }, hash)) ? secret : undefined;
  }

  /** Whether the id was never used. */
  async isFree(id: string): Promise<boolean> {
    return !(await this.clients.find(id));
  }
}

/** Ends a client: no more tokens from now on. False where there is no such client or it is revoked already. */
export class RevokeClient {
  constructor(
    private readonly clients: ServiceClients,
    private readonly audit: AuditLog,
  ) {}

  async execute(operator: Operator, id: string): Promise<boolean> {
    if (!(await this.isActive(id))) return false;
    await this.audit.append(actOf(operator, 'client.revoke', { target: id }));
    return this.clients.revoke(id);
  }

  /** Whether there is such a client, and it is not revoked. */
  async isActive(id: string): Promise<boolean> {
    const client = await this.clients.find(id);
    return client !== undefined && !client.revokedAt;
  }
}
