import type { AuditLog, BoardStore, ConsumerRecords, DeadLetters, Leaderboards, LedgerSchema, SealedRecords, ServiceClients, TokenVerifier, PersonalData } from '@scoreboard/application';
import type { ScoreLedger } from '@scoreboard/domain';

/** The ports that acts use. Not all need to be connected: an act uses only what it lists in `needs`. */
export interface OperatorPorts {
  /** Undefined if there is no audit log. */
  readonly audit: AuditLog | undefined;
  readonly schema: LedgerSchema;
  readonly clients: ServiceClients;
  readonly consumers: ConsumerRecords;
  readonly ledger: ScoreLedger;
  readonly leaderboards: Leaderboards;
  readonly boards: BoardStore;
  readonly letters: DeadLetters;
  readonly sealed: SealedRecords;
  /** The stores that hold user ids, by name, in the order in which they are renamed. */
  readonly records: Readonly<Record<string, PersonalData>>;
  /** Verifies tokens; undefined if no verification key is configured. */
  readonly verifier: TokenVerifier | undefined;
}
