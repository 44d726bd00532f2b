import type { BoardPeriod } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import { actOf, type Operator, type Progress } from '../audit/operator';
import type { ProjectStandings } from '../leaderboard/project-standings';
import type { BoardStore } from './board-store';

/** How many events one step looks at: writers wait for it, a few hundredths of a second. */
const PAGE = 1_000;

/** The progress of filling one period of a board. */
export interface FilledPeriod {
  readonly period: string;
  /** How many events were looked at, and how many of them the period counts now. */
  readonly looked: number;
  readonly counted: number;
  /** False if the period was closed meanwhile. */
  readonly isWhole: boolean;
}

/**
 * Fills the open periods of a board that was added when they had begun with the updates that came before, for an operator; audited.
 *
 * It goes back through the history in small steps while the system serves and counts. If it is interrupted, the next run continues, and counts nothing
 * twice. Closed periods stay as they were shown.
 */
export class FillBoard {
  constructor(
    private readonly store: BoardStore,
    private readonly projection: ProjectStandings,
    private readonly audit: AuditLog,
    private readonly pageSize = PAGE,
  ) {}

  /** The periods that lack updates, with the number of events to look at. Undefined if there is no such board. */
  async preview(board: string): Promise<readonly { readonly period: string; readonly countsFrom: number; readonly events: number }[] | undefined> {
    const lacking = await this.lacking(board);
    return lacking && Promise.all(lacking.map(async (period) => ({ period: period.id, countsFrom: period.countsFrom!, events: await this.store.countUnfilled(period) })));
  }

  /** Resolves with what was done in each period that lacked updates. Undefined if there is no such board. */
  async execute(operator: Operator, board: string, progress: Progress = () => undefined): Promise<readonly FilledPeriod[] | undefined> {
    const lacking = await this.lacking(board);
    if (!lacking?.length) return lacking && [];
    await this.audit.append(actOf(operator, 'boards.fill', { target: board }));
    const filled: FilledPeriod[] = [];
    for (const period of lacking) filled.push(await this.fill(period, progress));
    return filled;
  }

  private async fill(period: BoardPeriod, progress: Progress): Promise<FilledPeriod> {
    const total = await this.store.countUnfilled(period);
    let done = { looked: 0, counted: 0, isWhole: false };
    for (let part = await this.store.fill(period, this.pageSize); part; part = await this.store.fill(period, this.pageSize)) {
      this.projection.add(part);
      await this.projection.idle(); // so that the leaderboards are not left behind
      done = { looked: done.looked + part.looked, counted: done.counted + part.counted, isWhole: part.isWhole };
      progress(done.looked, `events of ${period.id}`, total);
    }
    return { period: period.id, ...done };
  }

  private async lacking(board: string): Promise<readonly BoardPeriod[] | undefined> {
    const { boards } = await this.store.read(Date.now());
    const found = boards.find(({ definition }) => definition.id === board);
    return found?.periods.filter(({ closedAt, countsFrom }) => closedAt === undefined && countsFrom !== undefined);
  }
}
