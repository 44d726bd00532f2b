import type { AuditLog, BoardFeed, DeadLetters, LedgerSchema, SealedRecords, ServiceClients, TokenVerifier, PersonalData } from '@scoreboard/application';
import type { Leaderboard, ScoreLedger } from '@scoreboard/domain';

/** What acts work on. Whoever gives them need not have all: an act touches only what it names in its `needs`. */
export interface OperatorPorts {
  /** Undefined where no audit trail is known. */
  readonly audit: AuditLog | undefined;
  readonly schema: LedgerSchema;
  readonly clients: ServiceClients;
  readonly ledger: ScoreLedger;
  readonly leaderboard: Leaderboard;
  readonly feed: BoardFeed;
  readonly letters: DeadLetters;
  readonly sealed: SealedRecords;
  /** The places that hold users' ids, by name, in the order in which they are renamed. */
  readonly records: Readonly<Record<string, PersonalData>>;
  /** Says which tokens are good here; undefined where that is not known. */
  readonly verifier: TokenVerifier | undefined;
}
