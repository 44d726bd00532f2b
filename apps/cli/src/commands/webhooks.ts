import { BEFORE_ALL_EVENTS, type EventPosition, positionOf } from '@scoreboard/domain';
import { readSettings } from '@scoreboard/infrastructure/config';
import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command } from 'commander';
import { confirm, printItem, printResult, tell } from '../console';
import { type ChangeOptions, type JsonOption, operator, usage, withChange, withJson } from '../options';
import { onSystem } from '../system';

const consumerOf = (id: string): string => `webhook:${id}`;

const EXAMPLES = `
Examples:
  scoreboard webhooks list
  scoreboard webhooks replay shop --after 1890123456789012-0
  scoreboard webhooks replay shop --after beginning --dry-run

Events that an endpoint did not take within a day are set aside:
  scoreboard consumers list webhook:shop
  scoreboard consumers retry webhook:shop all`;

export const webhooks = (): Command =>
  new Command('webhooks').description('Shows the webhooks of WEBHOOKS_FILE, and sends events again.').addHelpText('afterAll', EXAMPLES).addCommand(list()).addCommand(replay());

const list = (): Command =>
  withJson(new Command('list'))
    .description('Lists the endpoints with their URL, types and position, as JSON lines unless standard output is a terminal. Secrets are not shown.')
    .action(async ({ json }: JsonOption) => {
      const records = new Map<string, object>();
      await onSystem(['consumers.list'], (system) => system.run('consumers.list', {}, tell((item) => void records.set((item as { consumer: string }).consumer, item as object))));
      const endpoints = readSettings('cli').WEBHOOKS_FILE ?? [];
      if (!endpoints.length) throw new CommandFailed('WEBHOOKS_FILE: is not set, or lists no endpoint', EXIT.notFound);
      for (const { id, url, types } of endpoints) {
        const { consumer: _consumer, ...record } = (records.get(consumerOf(id)) ?? { isRunning: false }) as { consumer?: string };
        printItem({ id, url, types, ...record }, json);
      }
    });

const replay = (): Command =>
  withChange(new Command('replay'))
    .description('Sends the events after a position again, in order, and then goes on. The receiver gets them with the same ids.')
    .argument('<id>', 'the id of the endpoint', endpointId)
    .requiredOption('--after <event>', 'the id of the last event that the receiver has, or beginning', position)
    .action((id: string, { after, as, dryRun, yes, json }: ChangeOptions & { readonly after: EventPosition }) =>
      onSystem(['consumers.replay'], async (system) => {
        const run = async (isPreview: boolean) => {
          const { found } = await system.run('consumers.replay', { by: operator(as), dryRun: isPreview, consumer: consumerOf(id), after }, tell());
          if (!found) throw new CommandFailed(`${id}: no worker has run a webhook of this id`, EXIT.notFound);
        };
        await run(true);
        if (dryRun) return printResult({ dryRun, id }, `would send events to ${id} again`, json);
        await confirm(`Send events to ${id} again?`, { yes });
        await run(false);
        printResult({ id }, `events are sent to ${id} again`, json);
      }),
    );

function endpointId(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,31}$/.test(text)) return text;
  throw usage('id: must be 1 to 32 of a-z 0-9 -, beginning with a letter or a digit');
}

function position(text: string): EventPosition {
  const found = text === 'beginning' ? BEFORE_ALL_EVENTS : positionOf(text);
  if (found) return found;
  throw usage('--after: must be the id of an event, such as 1890123456789012-0, or beginning');
}
