import { assertMayModerate, type Identity } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';
import { type ServiceClient, ServiceClients } from './service-clients';

/** Lists the services that may get tokens, revoked ones too, without their secrets. Refusals: `insufficient-scope`, `ledger-unavailable`. */
export class ListClients {
  constructor(
    private readonly clients: ServiceClients,
    private readonly errors: ErrorReporter,
  ) {}

  async execute(reader: Identity): Promise<readonly ServiceClient[]> {
    assertMayModerate(reader);
    return readLedger(this.errors, () => this.clients.list());
  }
}
