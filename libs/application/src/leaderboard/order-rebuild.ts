import { type Board, Leaderboard, type LeaderboardPosition, type LedgerHead, ScoreLedger } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import { actOf, type Operator, type Progress } from '../audit/operator';
import { RebuildLeaderboard } from './rebuild-leaderboard';

/** Rebuilds the leaderboard for an operator; audited. */
export class OrderRebuild {
  constructor(
    private readonly rebuild: RebuildLeaderboard,
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly audit: AuditLog,
  ) {}

  /** Continues a rebuild that was interrupted. Resolves with the new board; undefined if another process is already rebuilding the leaderboard. */
  async execute(operator: Operator, progress?: Progress): Promise<Board | undefined> {
    await this.audit.append(actOf(operator, 'leaderboard.rebuild'));
    return this.rebuild.execute((standings, total) => progress?.(standings, 'standings', total));
  }

  /** The positions of ledger and leaderboard; without `leaderboard` if it is not ready. Changes nothing. */
  async preview(): Promise<{ readonly ledger: LedgerHead; readonly leaderboard?: LeaderboardPosition }> {
    const [ledger, leaderboard] = await Promise.all([this.ledger.head(), this.leaderboard.position()]);
    return { ledger, ...(leaderboard && { leaderboard }) };
  }
}
