import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AuditLog } from './audit-log';
import { OPERATOR } from './change-clients';
import type { RebuildLeaderboard } from './rebuild-leaderboard';
import type { UserRecords } from './user-records';

/** What was found and renamed, by place. */
export interface Forgotten {
  readonly pseudonym: string;
  readonly records: Readonly<Record<string, number>>;
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
    private readonly places: Readonly<Record<string, UserRecords>>,
    /** Where the order of scores is kept apart from the ledger: a new one is filled without the id, and the old one dropped. */
    private readonly rebuild?: Pick<RebuildLeaderboard, 'execute'>,
  ) {}

  async execute(userId: string): Promise<Forgotten> {
    const pseudonym = `forgotten-${randomBytes(16).toString('base64url')}`;
    await this.audit.append({ act: 'forget', actor: OPERATOR, target: pseudonym });
    const records: Record<string, number> = {};
    for (const [name, place] of Object.entries(this.places)) records[name] = await place.rename(userId, pseudonym);
    if (this.rebuild) await rebuildAnew(this.rebuild);
    return { pseudonym, records };
  }
}

/** A rebuild of another process may have read the old id already: wait for a turn of our own. */
async function rebuildAnew(rebuild: Pick<RebuildLeaderboard, 'execute'>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await rebuild.execute())) {
    if (Date.now() > deadline) throw new Error('another process keeps rebuilding the leaderboard: run it again');
    await delay(500);
  }
}
