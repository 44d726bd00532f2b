import { assertIsUser, assertNoActionToken, type CommandOutcome, grants, type Identity, Refusal, ScoreLedger } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { issuerDigest } from './command-id';
import { readLedger } from '../errors/ledger-reads';

/** Reads the outcome of a command. Allowed for its user, the service that sent it, and `scores:admin`. */
export class ReadCommand {
  constructor(
    private readonly ledger: ScoreLedger,
    private readonly errors: ErrorReporter,
  ) {}

  /** Throws `unknown-command` if the ledger has not seen the command. Other refusals: `insufficient-scope`, `no-user`, `foreign-user`, `ledger-unavailable`. */
  async execute(reader: Identity, commandId: string): Promise<CommandOutcome> {
    assertNoActionToken(reader);
    const [outcome] = await readLedger(this.errors, () => this.ledger.outcomes([commandId]));
    if (!outcome) throw new Refusal('unknown-command');
    if (!isIssuer(reader, outcome) && !grants(reader, 'scores:admin')) {
      assertIsUser(reader, outcome.userId, 'Only its user, the service that sent it, and scores:admin may read this command.');
    }
    return outcome;
  }
}

/** The same subject of another issuer is another service. Commands accepted by an older build have no issuer. */
const isIssuer = ({ subject, issuer }: Identity, { issuedBy, issuerDigest: digest }: CommandOutcome): boolean =>
  subject === issuedBy && (digest === undefined || digest === issuerDigest(issuer));
