import { type Board, Leaderboard, type LeaderboardPosition, type LedgerHead, ScoreLedger } from '@scoreboard/domain';
import { AuditLog } from '../moderation/audit-log';
import { actOf, type Operator, type Progress } from '../moderation/operator';
import { RebuildLeaderboard } from './rebuild-leaderboard';

/** Rebuilds the leaderboard by an operator's order. */
export class OrderRebuild {
  constructor(
    private readonly rebuild: RebuildLeaderboard,
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly audit: AuditLog,
  ) {}

  /** Undefined where another process is rebuilding it. */
  async execute(operator: Operator, progress?: Progress): Promise<Board | undefined> {
    await this.audit.append(actOf(operator, 'leaderboard.rebuild'));
    return this.rebuild.execute((standings) => progress?.(standings, 'standings'));
  }

  /** How far ledger and leaderboard are; no position where the leaderboard is cold. Changes nothing. */
  async preview(): Promise<{ readonly ledger: LedgerHead; readonly leaderboard?: LeaderboardPosition }> {
    const [ledger, leaderboard] = await Promise.all([this.ledger.head(), this.leaderboard.position()]);
    return { ledger, ...(leaderboard && { leaderboard }) };
  }
}
