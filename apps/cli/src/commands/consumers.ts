import { CONSUMER_NAME } from '@scoreboard/application';
import { type EventPosition, positionOf } from '@scoreboard/domain';
import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command } from 'commander';
import { confirm, printItem, printResult, requireYes, tell } from '../console';
import { type ChangeOptions, type JsonOption, operator, usage, withChange, withJson } from '../options';
import { onSystem } from '../system';

const DONE = { retry: 'will be tried again', drop: 'dropped' } as const;
/** One event, or all of a consumer. */
type Chosen = { readonly text: string; readonly event?: EventPosition };

const EXAMPLES = `
Examples:
  scoreboard consumers list
  scoreboard consumers list mailer
  scoreboard consumers retry mailer 1890123456789012-0
  scoreboard consumers drop mailer all --dry-run`;

export const consumers = (): Command =>
  new Command('consumers')
    .description('Manages the consumers of ledger events, and the events that they set aside because they failed too often.')
    .addHelpText('afterAll', EXAMPLES)
    .addCommand(list())
    .addCommand(change('retry', 'Tries events again that were set aside. They do not wait for their turn; those that fail again stay aside.'))
    .addCommand(change('drop', 'Deletes events that were set aside. The consumer never gets them.'));

const list = (): Command =>
  withJson(new Command('list'))
    .description('Lists all consumers with their position, or the events that one has set aside, as JSON lines unless standard output is a terminal.')
    .argument('[consumer]', 'the consumer whose events that are set aside to list', consumerName)
    .action((consumer: string | undefined, { json }: JsonOption) =>
      consumer === undefined
        ? onSystem(['consumers.list'], (system) => system.run('consumers.list', {}, tell((record) => printItem(record, json))))
        : onSystem(['consumers.set-aside'], (system) => system.run('consumers.set-aside', { consumer }, tell((event) => printItem(event, json)))),
    );

const change = (what: 'retry' | 'drop', description: string): Command =>
  withChange(new Command(what), { destroys: what === 'drop' })
    .description(description)
    .argument('<consumer>', 'the name of the consumer', consumerName)
    .argument('<event|all>', 'the id of one event that is set aside, or all', eventOrAll)
    .action((consumer: string, { text, event }: Chosen, { as, dryRun, yes, json }: ChangeOptions) => {
      if (what === 'drop') requireYes({ yes, dryRun });
      return onSystem(['consumers.change'], async (system) => {
        const run = async (isPreview: boolean) => {
          const { events } = await system.run('consumers.change', { by: operator(as), dryRun: isPreview, what, consumer, event }, tell());
          if (events === 0) throw new CommandFailed(text === 'all' ? `${consumer}: has set no events aside` : `${text}: ${consumer} has not set this event aside`, EXIT.notFound);
          return events;
        };
        const found = await run(true);
        if (dryRun) return printResult({ dryRun, events: found }, `${found} would be ${what === 'drop' ? 'dropped' : 'tried again'}`, json);
        if (what === 'drop') await confirm(`Drop ${found} events permanently?`, { yes });
        const events = await run(false);
        printResult({ events }, `${events} ${DONE[what]}`, json);
      });
    });

function consumerName(text: string): string {
  if (CONSUMER_NAME.test(text)) return text;
  throw usage('consumer: must be 1 to 64 of a-z 0-9 . _ : -, beginning with a letter or a digit');
}

function eventOrAll(text: string): Chosen {
  const event = positionOf(text);
  if (event || text === 'all') return { text, event };
  throw usage('event: must be the id of an event, such as 1890123456789012-0, or all');
}
