import { assertMayModerate, type EarnedWindow, LedgerAdjustments, Refusal, type ReversalTarget } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import type { Moderator } from '../audit/moderator';
import type { ErrorReporter } from '../errors/error-reporter';
import { changeLedger, readLedger } from '../errors/ledger-reads';
import type { ProjectStandings } from '../leaderboard/project-standings';

/** Maximum number of commands per transaction, which limits how long updates wait. */
const PIECE = 1_000;

/** What a moderator reverses, and why. */
export type ReversalRequest = ReversalTarget & {
  readonly reason: string;
  /** Changes nothing; returns what the reversal would change now. */
  readonly dryRun?: boolean;
};

/** How many commands were reversed, and their points. */
export interface Reversed {
  /** How many commands were reversed now, or would be. */
  readonly reversed: number;
  readonly points: number;
}

/**
 * Reverses one command, or a user's commands in a window: newest first, in transactions of up to 1,000. Commands applied
 * meanwhile are not included. A repeated call reverses only what is left, so after an interruption send the request again.
 *
 * The action is recorded in the audit log before it happens; a dry run is not recorded. When this resolves, boards show the
 * change; while the leaderboard is unavailable, they show it after `FollowLedger` has closed the gap. Refusals:
 * `insufficient-scope`, `unknown-command` if the command is not applied, `ledger-unavailable`.
 */
export class ReverseScores {
  constructor(
    private readonly audit: AuditLog,
    private readonly adjustments: LedgerAdjustments,
    private readonly projection: ProjectStandings,
    private readonly errors: ErrorReporter,
  ) {}

  async execute({ identity, address }: Moderator, { reason, dryRun, ...what }: ReversalRequest): Promise<Reversed> {
    assertMayModerate(identity);
    if (dryRun) return this.count(what);
    return changeLedger(this.errors, async () => {
      const { target, details } = describe(what);
      await this.audit.append({ act: 'reverse', actor: identity.subject, target, reason, details, address });
      const reversed = 'commandId' in what ? await this.reverseOne(what.commandId) : await this.reverseWindow(what);
      await this.projection.idle();
      return reversed;
    });
  }

  private async count(what: ReversalTarget): Promise<Reversed> {
    const { known, reversed, points } = await readLedger(this.errors, () => this.adjustments.countReversal(what));
    if ('commandId' in what && !known) throw new Refusal('unknown-command');
    return { reversed, points };
  }

  private async reverseOne(commandId: string): Promise<Reversed> {
    const reversal = await this.adjustments.reverse([commandId]);
    if (!reversal.known) throw new Refusal('unknown-command');
    this.projection.add(reversal);
    return { reversed: reversal.reversed, points: reversal.points };
  }

  private async reverseWindow(window: EarnedWindow): Promise<Reversed> {
    let reversed = 0;
    let points = 0;
    let page = await this.adjustments.earned(window, PIECE);
    while (page.length) {
      const reversal = await this.adjustments.reverse(page.map(({ commandId }) => commandId));
      this.projection.add(reversal);
      reversed += reversal.reversed;
      points += reversal.points;
      page = page.length < PIECE ? [] : await this.adjustments.earned(window, PIECE, page.at(-1)!.seq);
    }
    return { reversed, points };
  }
}

function describe(what: ReversalTarget) {
  if ('commandId' in what) return { target: what.commandId, details: undefined };
  const { userId, ...details } = what;
  return { target: userId, details };
}
