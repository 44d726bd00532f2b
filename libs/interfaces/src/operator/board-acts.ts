import { DropPeriods, FillBoard, ProjectPeriods, ProjectStandings } from '@scoreboard/application';
import { BOARD_ID, GLOBAL_PERIOD, ScoreboardEvents } from '@scoreboard/domain';
import { z } from 'zod';
import { act, changed } from './act';
import type { OperatorPorts } from './operator-ports';

const board = z.string().regex(BOARD_ID);
const before = z.string().max(32);

/** The operator's commands for boards. */
export const BOARD_ACTS = {
  'boards.list': act(['database'], {}, async ({ boards }, _, tell) => {
    for (const { definition, periods } of (await boards.read(Date.now())).boards) await tell.item({ ...definition, periods });
  }),

  'boards.fill': act(['database', 'leaderboard'], { ...changed, board }, async (ports, asked, tell) => {
    const fill = new FillBoard(ports.boards, await projectionOf(ports), ports.audit!);
    if (asked.dryRun) return { unfilled: await fill.preview(asked.board) };
    return { filled: await fill.execute(asked.by, asked.board, (done, unit, total) => tell.progress(done, unit, total)) };
  }),

  'boards.drop': act(['database'], { ...changed, board, before }, async ({ boards, audit }, asked, tell) => {
    const drop = new DropPeriods(boards, audit!);
    if (asked.dryRun) return drop.preview(asked.board, asked.before);
    return drop.execute(asked.by, asked.board, asked.before, (done, unit, total) => tell.progress(done, unit, total));
  }),
} as const;

/** To all leaderboards. A failure ends the act; what a leaderboard lacks then is found by the audit of leaderboards. */
async function projectionOf({ boards, leaderboards }: OperatorPorts): Promise<ProjectStandings> {
  const errors = { report: fail };
  const periods = new ProjectPeriods(leaderboards, errors, { catalog: await boards.read(Date.now()) });
  return new ProjectStandings(leaderboards.of(GLOBAL_PERIOD), leaderboards.feedOf(GLOBAL_PERIOD), errors, new ScoreboardEvents(), periods);
}

function fail(_what: string, error: unknown): never {
  throw error;
}
