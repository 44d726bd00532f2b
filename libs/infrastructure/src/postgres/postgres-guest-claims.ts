import { type ClaimLimits, type ClaimRefusal, type GuestClaim, GuestClaims, type LedgerChange } from '@scoreboard/domain';
import type { Database } from './database';
import { type ChangeRow, GLOBAL, toChange } from './ledger-rows';

/** `GuestClaims` on PostgreSQL and on the embedded database, which supports the same SQL. */
export class PostgresGuestClaims extends GuestClaims {
  constructor(private readonly database: Database) {
    super();
  }

  async claim(guestId: string, playerId: string, { points, updates }: ClaimLimits): Promise<GuestClaim | ClaimRefusal> {
    const [row] = await this.database.query<ChangeRow & { refused: ClaimRefusal | null; points: string; updates: number }>(
      'SELECT * FROM claim_guest($1::smallint, $2, $3, $4::bigint, $5::integer)',
      [GLOBAL, guestId, playerId, points, updates],
    );
    return row!.refused ?? { ...toChange(row!), points: Number(row!.points), updates: row!.updates };
  }

  /** The first statement keeps batches without a claimed guest away from the writers' lock. */
  async follow(userIds: readonly string[]): Promise<LedgerChange | undefined> {
    const claimed = await this.database.prepared<{ guest_id: string }>(
      'claimed',
      'SELECT found.guest_id FROM unnest((SELECT $1::text[])) AS asked(id) CROSS JOIN LATERAL (SELECT guest_id FROM guest_claim WHERE guest_id = asked.id COLLATE "C" LIMIT 1) AS found',
      [[...userIds]],
    );
    if (!claimed.length) return undefined;
    const [row] = await this.database.query<ChangeRow>('SELECT * FROM follow_claims($1::smallint, $2::text[])', [GLOBAL, claimed.map((one) => one.guest_id)]);
    return toChange(row!);
  }
}
