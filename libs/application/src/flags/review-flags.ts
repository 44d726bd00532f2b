import { assertMayModerate, type Identity, Refusal } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import type { Moderator } from '../audit/moderator';
import type { ErrorReporter } from '../errors/error-reporter';
import { changeLedger, readLedger } from '../errors/ledger-reads';
import type { ProjectStandings } from '../leaderboard/project-standings';
import { type FlagPosition, type FlagState, type PlayerFlag, PlayerFlags } from './player-flags';

/** A page of flags. */
export interface FlagPage {
  readonly items: readonly PlayerFlag[];
  /** Pass it as `after` to read the next page; undefined on the last page. */
  readonly next?: FlagPosition;
}

/** A flag after a decision. */
export interface FlagDecision {
  readonly flag: PlayerFlag;
  /** How many updates were taken back or brought back now, and their points. */
  readonly updates: number;
  readonly points: number;
}

/** What a moderator decides, by its act in the audit trail. */
const ACTS: Readonly<Record<FlagState, string>> = { cleared: 'flag.clear', confirmed: 'flag.take-back', open: 'flag.reopen' };

/**
 * Lets moderators decide about flags. Of two at the same time one decides; the other is refused with `flag-settled`, which says who was first. A moderator who
 * repeats a decision gets its result again, without another effect.
 *
 * The act is recorded in the audit log before it happens. When this resolves, boards show the change; while the leaderboard is unavailable, they show it after
 * `FollowLedger` has closed the gap. Refusals: `insufficient-scope`, `unknown-flag`, `flag-settled`, `ledger-unavailable`.
 */
export class ReviewFlags {
  constructor(
    private readonly flags: PlayerFlags,
    private readonly audit: AuditLog,
    private readonly projection: ProjectStandings,
    private readonly errors: ErrorReporter,
  ) {}

  async list(reader: Identity, state: FlagState, limit: number, after?: FlagPosition): Promise<FlagPage> {
    assertMayModerate(reader);
    // One extra item shows whether there is another page.
    const items = await readLedger(this.errors, () => this.flags.list(state, limit + 1, after));
    return items.length > limit ? { items: items.slice(0, limit), next: items[limit - 1]! } : { items };
  }

  async decide({ identity, address }: Moderator, id: number, outcome: FlagState, note: string): Promise<FlagDecision> {
    assertMayModerate(identity);
    return changeLedger(this.errors, async () => {
      const by = identity.subject;
      const found = await this.known(id);
      if (!isOpenTo(found, outcome)) return asRepeated(found, outcome, by);
      await this.audit.append({ act: ACTS[outcome], actor: by, target: found.userId, reason: note, details: { flag: id, rule: found.rule }, address });
      const { isChanged, updates, points, ...change } = await this.flags.settle(id, outcome, by, note);
      const flag = await this.known(id);
      if (!isChanged) return asRepeated(flag, outcome, by);
      this.projection.add(change);
      await this.projection.idle();
      return { flag, updates, points };
    });
  }

  private async known(id: number): Promise<PlayerFlag> {
    const flag = await this.flags.find(id);
    if (!flag) throw new Refusal('unknown-flag');
    return flag;
  }
}

const isOpenTo = ({ state }: PlayerFlag, outcome: FlagState): boolean => (state === 'open') === (outcome !== 'open');

/** Another moderator was faster, unless it was the same one. */
function asRepeated(flag: PlayerFlag, outcome: FlagState, by: string): FlagDecision {
  const { state, settled } = flag;
  if (state === outcome && settled?.by === by) return { flag, updates: 0, points: 0 };
  const what = { open: 'is open', cleared: 'was cleared', confirmed: 'was confirmed, and its points were taken back' }[state];
  const who = settled ? ` by ${settled.by} at ${settled.at.toISOString()}` : '';
  throw new Refusal('flag-settled', { detail: `The flag ${what}${who}. Nothing was changed.` });
}
