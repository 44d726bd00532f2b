import { assertIsUser, assertNoActionToken, type CommandOutcome, grants, type Identity, Refusal, ScoreLedger } from '@scoreboard/domain';
import type { ErrorReporter } from '../moderation/error-reporter';
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
    const isOperator = reader.subject === outcome.issuedBy || grants(reader, 'scores:admin');
    if (!isOperator) assertIsUser(reader, outcome.userId, 'This command is not yours to read.');
    return outcome;
  }
}
