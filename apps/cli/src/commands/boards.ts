import type { BoardDefinition, BoardPeriod } from '@scoreboard/domain';
import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command } from 'commander';
import { print, tell } from '../console';
import { type JsonOption, withJson } from '../options';
import { onSystem } from '../system';

const EXAMPLES = `
Examples:
  scoreboard boards list
  scoreboard boards list --json`;

export const boards = (): Command => new Command('boards').description('Shows the boards beside global, which BOARDS_FILE defines.').addHelpText('afterAll', EXAMPLES).addCommand(list());

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

type ListedBoard = BoardDefinition & { readonly periods: readonly BoardPeriod[] };

function linesOf({ id, reset, timezone, from, actions, periods }: ListedBoard): readonly string[] {
  const what = [reset ? `${reset}, ${timezone}` : from === undefined ? 'does not reset' : 'season', ...(actions ? [`actions ${actions.join(' ')}`] : [])];
  return [`${id}: ${what.join(', ')}`, ...periods.map(lineOf)];
}

function lineOf({ id, start, end, closedAt }: BoardPeriod): string {
  const times = end === undefined ? '' : `  ${timeOf(start)} to ${timeOf(end)}`;
  return `  ${id}${times}  ${closedAt === undefined ? 'open' : `closed ${timeOf(closedAt)}`}`;
}

const timeOf = (ms: number): string => new Date(ms).toISOString();
