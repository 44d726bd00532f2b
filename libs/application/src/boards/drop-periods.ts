import { AuditLog } from '../audit/audit-log';
import { actOf, type Operator, type Progress } from '../audit/operator';
import type { BoardStore } from './board-store';
import { problemOfOwnPeriodId } from './periods';

/** How many totals one statement deletes. */
const PAGE = 10_000;

/** How many periods had totals that were deleted, and how many totals. */
export interface DroppedPeriods {
  readonly periods: number;
  readonly totals: number;
}

/** The board is not known, or has no such period; in words. */
export interface NotDroppable {
  readonly problem: 'board' | 'period';
  readonly message: string;
}

/**
 * Drops the totals of the periods of a board that are older than one of its periods, for an operator; audited. They cannot be read afterwards. Only periods that have ended and
 * are closed are dropped; the events of the ledger stay. If it is interrupted, the next run continues.
 */
export class DropPeriods {
  constructor(
    private readonly store: BoardStore,
    private readonly audit: AuditLog,
    private readonly pageSize = PAGE,
  ) {}

  /** What would be dropped. */
  async preview(board: string, before: string): Promise<DroppedPeriods | NotDroppable> {
    const problem = await this.problemOf(board, before);
    if (problem) return problem;
    const periods = await this.store.droppable(board, before);
    let totals = 0;
    for (const period of periods) totals += await this.store.countTotals(period);
    return { periods: periods.length, totals };
  }

  async execute(operator: Operator, board: string, before: string, progress: Progress = () => undefined): Promise<DroppedPeriods | NotDroppable> {
    const problem = await this.problemOf(board, before);
    if (problem) return problem;
    const periods = await this.store.droppable(board, before);
    if (!periods.length) return { periods: 0, totals: 0 };
    await this.audit.append(actOf(operator, 'boards.drop', { target: board, details: { before, periods: periods.length } }));
    for (const period of periods) await this.store.drop(period, 0); // nobody reads one of which a part is gone
    let totals = 0;
    for (const period of periods) {
      for (let deleted = await this.store.drop(period, this.pageSize); deleted > 0; deleted = await this.store.drop(period, this.pageSize)) progress((totals += deleted), 'totals');
    }
    return { periods: periods.length, totals };
  }

  private async problemOf(board: string, before: string): Promise<NotDroppable | undefined> {
    const definition = await this.store.definition(board);
    if (!definition) return { problem: 'board', message: `${board}: there is no such board` };
    if (!definition.reset) return { problem: 'period', message: `${board}: has one period only, and nothing before it` };
    const problem = problemOfOwnPeriodId(definition.reset, before);
    return problem === undefined ? undefined : { problem: 'period', message: `--before: ${problem}` };
  }
}
