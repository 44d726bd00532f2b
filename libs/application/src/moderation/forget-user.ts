import { randomBytes } from 'node:crypto';
import { AuditLog } from '../audit/audit-log';
import { actOf, type Operator, type Progress } from '../audit/operator';
import type { PersonalData } from './personal-data';

/** Number of records of a user, by place. */
export type RecordCounts = Readonly<Record<string, number>>;

/** The pseudonym, and the number of renamed records by place. */
export interface Forgotten {
  readonly pseudonym: string;
  readonly records: RecordCounts;
}

/**
 * Erases a person: replaces the user id everywhere with a random pseudonym that cannot be linked to it.
 * Totals, ranks and command ids stay, so a repeated command still counts once.
 *
 * A command of the user that is still queued is applied later and creates the user again. Stop the user's updates and drain the
 * queue first, or run this again; records found then get another pseudonym.
 */
export class ForgetUser {
  constructor(
    private readonly audit: AuditLog,
    /** In the order of renaming. Derived data, such as the leaderboard, comes last. */
    private readonly places: Readonly<Record<string, PersonalData>>,
  ) {}

  /** What `execute` would rename. Changes nothing. */
  async count(userId: string): Promise<RecordCounts> {
    const records: Record<string, number> = {};
    for (const [name, place] of Object.entries(this.places)) records[name] = await place.count(userId);
    return records;
  }

  /** Undefined, without an audit entry, if no place holds the user. */
  async execute(operator: Operator, userId: string, progress?: Progress): Promise<Forgotten | undefined> {
    const found = await this.count(userId);
    if (Object.values(found).every((count) => count === 0)) return undefined;
    const pseudonym = `forgotten-${randomBytes(16).toString('base64url')}`;
    await this.audit.append(actOf(operator, 'forget', { target: pseudonym }));
    const records: Record<string, number> = {};
    for (const [name, place] of Object.entries(this.places)) {
      records[name] = await place.rename(userId, pseudonym, (done) => progress?.(done, `done in ${name}`));
      progress?.(records[name], `renamed in ${name}`);
    }
    return { pseudonym, records };
  }
}
