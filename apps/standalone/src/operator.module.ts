import { type DynamicModule, Module } from '@nestjs/common';
import { AuditLog, BoardStore, ConsumerRecords, IDEMPOTENCY_PERSONAL_DATA, DATABASE_PERSONAL_DATA, DEAD_LETTER_PERSONAL_DATA, DeadLetters, LeaderboardRecords, Leaderboards, LedgerSchema, SealedRecords, ServiceClients, ShownProfiles, TokenVerifier, type PersonalData } from '@scoreboard/application';
import { ScoreLedger } from '@scoreboard/domain';
import type { Settings } from '@scoreboard/infrastructure/config';
import { ControlServer, type OperatorPorts, serversDigest } from '@scoreboard/interfaces/operator';

const PORTS = Symbol('operator ports');
/** In the order of `portsOf`. */
const INJECTED = [AuditLog, LedgerSchema, ServiceClients, ConsumerRecords, ScoreLedger, Leaderboards, BoardStore, DeadLetters, SealedRecords, TokenVerifier, ShownProfiles, DEAD_LETTER_PERSONAL_DATA, IDEMPOTENCY_PERSONAL_DATA, DATABASE_PERSONAL_DATA];

/** Lets operator commands run in this process while it serves. */
@Module({})
export class OperatorModule {
  static forRoot({ DATA_DIR: folder, DATABASE_URL, REDIS_URL, RABBITMQ_URL }: Settings): DynamicModule {
    const servers = serversDigest([DATABASE_URL, REDIS_URL, RABBITMQ_URL]);
    return {
      module: OperatorModule,
      providers: [
        { provide: PORTS, useFactory: portsOf, inject: INJECTED },
        { provide: ControlServer, useFactory: (ports: OperatorPorts) => new ControlServer({ folder, ports, servers }), inject: [PORTS] },
      ],
    };
  }
}

function portsOf(
  audit: AuditLog,
  schema: LedgerSchema,
  clients: ServiceClients,
  consumers: ConsumerRecords,
  ledger: ScoreLedger,
  leaderboards: Leaderboards,
  boards: BoardStore,
  letters: DeadLetters,
  sealed: SealedRecords,
  verifier: TokenVerifier,
  profiles: ShownProfiles,
  ...[inLetters, inKeys, inDatabase]: [PersonalData, PersonalData, PersonalData]
): OperatorPorts {
  const inLeaderboard = new LeaderboardRecords(ledger, leaderboards, boards, profiles);
  const records = { 'dead letters': inLetters, 'command keys': inKeys, 'database': inDatabase, 'leaderboard': inLeaderboard };
  return { audit, schema, clients, consumers, ledger, leaderboards, boards, letters, sealed, verifier, records };
}
