import { assertIsUser, assertNoActionToken, type CommandOutcome, grants, type Identity, Refusal, ScoreLedger } from '@scoreboard/domain';
import type { ErrorReporter } from '../moderation/error-reporter';
import { issuerDigest } from './command-id';
import { readLedger } from '../leaderboard/ledger-reads';

/** What became of a command. Only its user, the service that issued it, or `scores:admin` may ask. */
export class ReadCommand {
  constructor(
    private readonly ledger: ScoreLedger,
    private readonly faults: ErrorReporter,
  ) {}

  /** Throws the refusal `unknown-command` while the ledger has not seen it. */
  async execute(reader: Identity, commandId: string): Promise<CommandOutcome> {
    assertNoActionToken(reader);
    const [outcome] = await readLedger(this.faults, () => this.ledger.outcomes([commandId]));
    if (!outcome) throw new Refusal('unknown-command');
    if (!isIssuer(reader, outcome) && !grants(reader, 'scores:admin')) assertIsUser(reader, outcome.userId, 'This command is not yours to read.');
    return outcome;
  }
}

/** Another issuer's subject of the same name is another service. An older build kept no issuer. */
const isIssuer = ({ subject, issuer }: Identity, { issuedBy, issuerDigest: digest }: CommandOutcome): boolean =>
  subject === issuedBy && (digest === undefined || digest === issuerDigest(issuer));
