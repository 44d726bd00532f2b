import { randomBytes } from 'node:crypto';
import { AuditLog } from './audit-log';
import { actOf, type Operator, type Progress } from './operator';
import type { PersonalData } from './personal-data';

/** How many records of a user each place holds. */
export type RecordCounts = Readonly<Record<string, number>>;

/** What was found and renamed, by place. */
export interface Forgotten {
  readonly pseudonym: string;
  readonly records: RecordCounts;
}

/**
 * Erases a person: all that stood under the user's id stands under a random pseudonym afterwards, which nothing connects with it.
 * Sums, ranks and command ids stay, so nothing sent again counts twice.
 *
 * A command of the user that is still on the way is applied afterwards and makes the user anew: let none come in and the queue run empty
 * first, or run it again; what is found then gets a pseudonym of its own.
 */
export class ForgetUser {
  constructor(
    private readonly audit: AuditLog,
    /** In the order in which they are renamed. What is made from others, as the order of scores, comes last. */
    private readonly places: Readonly<Record<string, PersonalData>>,
  ) {}

  /** What would be renamed; changes nothing. */
  async count(userId: string): Promise<RecordCounts> {
    const records: Record<string, number> = {};
    for (const [name, place] of Object.entries(this.places)) records[name] = await place.count(userId);
    return records;
  }

  /** Undefined, and nothing noted, where no place holds the user. */
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
