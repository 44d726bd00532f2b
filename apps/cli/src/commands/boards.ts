import { BOARD_ID, type BoardDefinition, type BoardPeriod } from '@scoreboard/domain';
import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command } from 'commander';
import { confirm, print, printResult, requireYes, tell } from '../console';
import { type ChangeOptions, type JsonOption, operator, usage, withChange, withJson } from '../options';
import { onSystem } from '../system';

const EXAMPLES = `
Examples:
  scoreboard boards list
  scoreboard boards list --json
  scoreboard boards fill week --dry-run
  scoreboard boards drop day --before 2026-01-01 --dry-run`;

export const boards = (): Command =>
  new Command('boards')
    .description('Manages the boards beside global, which BOARDS_FILE defines.')
    .addHelpText('afterAll', EXAMPLES)
    .addCommand(list())
    .addCommand(fill())
    .addCommand(drop());

const list = (): Command =>
  withJson(new Command('list'))
    .description('Lists the boards and their periods, newest first. Times are in UTC. A period is closed once everything accepted before its end is applied.')
    .action(async ({ json }: JsonOption) => {
      let count = 0;
      const show = (board: unknown) => {
        count++;
        for (const line of json ? [JSON.stringify(board)] : linesOf(board as ListedBoard)) print(line);
      };
      await onSystem(['boards.list'], (system) => system.run('boards.list', {}, tell(show)));
      if (!count) throw new CommandFailed('There are no boards beside global.', EXIT.notFound);
    });

const fill = (): Command =>
  withChange(new Command('fill'))
    .description('Adds the updates that came before the board was added to its open periods, while everything runs. If it is interrupted, run it again: it continues.')
    .argument('<board>', 'the id of the board', boardId)
    .action(async (board: string, { as, dryRun, json }: ChangeOptions) => {
      const result = await onSystem(['boards.fill'], (system) => system.run('boards.fill', { by: operator(as), dryRun, board }, tell()));
      const { unfilled, filled } = { unfilled: undefined, filled: undefined, ...result };
      const periods = unfilled ?? filled;
      if (!periods) throw new CommandFailed(unknown(board), EXIT.notFound);
      const lines = [
        ...(unfilled ?? []).map(({ period, countsFrom, events }) => `would look at ${events} events for ${period}, which counts from ${timeOf(countsFrom)}`),
        ...(filled ?? []).map(({ period, looked, counted, isWhole }) => `${period} is ${isWhole ? 'whole' : 'closed, and was not filled to its start'}: counted ${counted} of ${looked} events`),
      ];
      printResult({ ...(dryRun && { dryRun }), periods }, lines.length ? lines : `${board} has nothing to fill: its open periods are whole`, json);
    });

const drop = (): Command =>
  withChange(new Command('drop'), { destroys: true })
    .description('Drops the totals of old periods, which have ended and are closed: nobody can read them anymore. The events stay.')
    .argument('<board>', 'the id of the board', boardId)
    .requiredOption('--before <period>', 'the first period that stays, such as 2026-01-01, 2026-W01, 2026-01 or 2026', periodId)
    .action(async (board: string, { before, as, dryRun, yes, json }: ChangeOptions & { readonly before: string }) => {
      requireYes({ yes, dryRun });
      await onSystem(['boards.drop'], async (system) => {
        const run = async (isPreview: boolean) => {
          const done = await system.run('boards.drop', { by: operator(as), dryRun: isPreview, board, before }, tell());
          if ('problem' in done) throw new CommandFailed(done.message, done.problem === 'board' ? EXIT.notFound : EXIT.usage);
          if (done.periods === 0) throw new CommandFailed(`${board}: has no closed periods with totals before ${before}`, EXIT.notFound);
          return done;
        };
        const found = await run(true);
        if (dryRun) return printResult({ dryRun, ...found }, `would drop ${found.totals} totals of ${found.periods} periods`, json);
        await confirm(`Drop ${found.totals} totals of ${found.periods} periods of ${board} permanently?`, { yes });
        const done = await run(false);
        printResult(done, `dropped ${done.totals} totals of ${done.periods} periods`, json);
      });
    });

type ListedBoard = BoardDefinition & { readonly periods: readonly BoardPeriod[] };

function linesOf({ id, reset, timezone, from, actions, periods }: ListedBoard): readonly string[] {
  const what = [reset ? `${reset}, ${timezone}` : from === undefined ? 'does not reset' : 'season', ...(actions ? [`actions ${actions.join(' ')}`] : [])];
  return [`${id}: ${what.join(', ')}`, ...periods.map(lineOf)];
}

function lineOf({ id, start, end, closedAt, countsFrom }: BoardPeriod): string {
  const times = end === undefined ? '' : `  ${timeOf(start)} to ${timeOf(end)}`;
  const since = countsFrom === undefined ? '' : `, counts from ${timeOf(countsFrom)}`;
  return `  ${id}${times}  ${closedAt === undefined ? 'open' : `closed ${timeOf(closedAt)}`}${since}`;
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

const unknown = (board: string): string => `${board}: there is no such board; scoreboard boards list shows them`;

function boardId(text: string): string {
  if (BOARD_ID.test(text)) return text;
  throw usage('board: must be 1 to 32 of a-z 0-9 -');
}

function periodId(text: string): string {
  if (/^[0-9A-Za-z-]{1,32}$/.test(text)) return text;
  throw usage('--before: must be a period, such as 2026-01-01, 2026-W01, 2026-01 or 2026');
}
