import { AuditLog } from '../audit/audit-log';
import { ClientSecrets } from './client-secrets';
import { actOf, type Operator } from '../audit/operator';
import { ServiceClients } from './service-clients';

/** Creates a client and returns its secret, which cannot be read again. Undefined if the id was used before. */
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

  /** Whether the id has never been used. */
  async isFree(id: string): Promise<boolean> {
    return !(await this.clients.find(id));
  }
}

/** Revokes a client: it gets no new tokens. False if the client does not exist or is already revoked. */
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

  /** Whether the client exists and is not revoked. */
  async isActive(id: string): Promise<boolean> {
    const client = await this.clients.find(id);
    return client !== undefined && !client.revokedAt;
  }
}
