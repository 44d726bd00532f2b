import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command } from 'commander';
import { confirm, printItem, printResult, requireYes, say, tell } from '../console';
import { type ChangeOptions, type JsonOption, NOT_NOTED, operator, usage, withChange, withJson } from '../options';
import { onSystem } from '../system';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DONE = { replay: 'queued again', drop: 'dropped' } as const;

const EXAMPLES = `
Examples:
  scoreboard dead-letters list
  scoreboard dead-letters replay 0190d5c6-7b1e-7c3a-9d1e-2f6a8b4c5d6e
  scoreboard dead-letters drop all --dry-run`;

export const deadLetters = (): Command =>
  new Command('dead-letters')
    .description('Manages updates that could not be applied: those in the queue of RABBITMQ_URL, or of a standalone in DATA_DIR.')
    .addHelpText('afterAll', EXAMPLES)
    .addCommand(list())
    .addCommand(change('replay', 'Queues updates again. Safe to repeat: each id is applied once. An update that still cannot be applied becomes a dead letter again; one without a command stays.'))
    .addCommand(change('drop', 'Deletes dead letters permanently.'));

const list = (): Command =>
  withJson(new Command('list'))
    .description('Lists all dead letters, oldest first, as JSON lines unless standard output is a terminal: reason, problem, commandId, traceId, content.')
    .action(({ json }: JsonOption) => onSystem(['dead-letters.list'], (system) => system.run('dead-letters.list', {}, tell((letter) => printItem(letter, json)))));

const change = (what: 'replay' | 'drop', description: string): Command =>
  withChange(new Command(what), { destroys: what === 'drop' })
    .description(description)
    .argument('<commandId|all>', 'the command id of one dead letter, or all', letterId)
    .action(async (id: string, { as, dryRun, yes, json }: ChangeOptions) => {
      if (what === 'drop') requireYes({ yes, dryRun });
      const order = { by: operator(as), what, commandId: id === 'all' ? undefined : id };
      await onSystem(['dead-letters.change'], async (system) => {
        const run = async (isPreview: boolean) => {
          const done = await system.run('dead-letters.change', { ...order, dryRun: isPreview }, tell());
          if (done.letters === 0) throw new CommandFailed(nothing(what, id), EXIT.notFound);
          return done;
        };
        const { letters } = await run(true);
        if (dryRun) return printResult({ dryRun, letters }, `${letters} would be ${DONE[what]}`, json);
        if (what === 'drop') await confirm(`Drop ${letters} dead letters permanently?`, { yes });
        const done = await run(false);
        if (!done.noted) say(NOT_NOTED);
        printResult({ letters: done.letters }, `${done.letters} ${DONE[what]}`, json);
      });
    });

function nothing(what: 'replay' | 'drop', id: string): string {
  if (id !== 'all') return `${id}: no dead letter has this command id`;
  return what === 'drop' ? 'There are no dead letters.' : 'No dead letter contains a command.';
}

function letterId(text: string): string {
  if (text === 'all' || UUID.test(text)) return text.toLowerCase();
  throw usage('commandId: must be a command id (a UUID), or all');
}
