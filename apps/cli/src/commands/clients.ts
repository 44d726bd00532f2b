import { CLIENT_ID } from '@scoreboard/application';
import { SCOPES } from '@scoreboard/domain';
import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command } from 'commander';
import { confirm, printItem, printResult, tell } from '../console';
import { type ChangeOptions, type JsonOption, operator, scopeList, usage, withChange, withJson } from '../options';
import { onSystem } from '../system';

const EXAMPLES = `
Examples:
  scoreboard clients add game --scope "scores:write:any actions:issue"
  scoreboard clients list
  scoreboard clients revoke game`;

export const clients = (): Command =>
  new Command('clients')
    .description('Services that fetch their tokens at POST /api/auth/token.')
    .addHelpText('afterAll', EXAMPLES)
    .addCommand(add())
    .addCommand(list())
    .addCommand(revoke());

const add = (): Command =>
  withChange(new Command('add'))
    .description("Makes a client and prints its secret, this once. Its id is the subject of its tokens, so take none that may be a user's. An id is never given twice.")
    .argument('<id>', '1 to 64 letters, digits, dots, dashes or underscores', clientId)
    .requiredOption('--scope <scopes>', `what the client may, parted by spaces: ${SCOPES.join(', ')}`, scopeList)
    .action(async (id: string, { scope, as, dryRun, json }: ChangeOptions & { readonly scope: string[] }) => {
      const client = { by: operator(as), dryRun, id, scopes: scope };
      const { isNew, secret } = await onSystem(['clients.add'], (system) => system.run('clients.add', client, tell()));
      if (!isNew) throw new CommandFailed(`${id}: was used before; an id is never given twice`);
      if (dryRun) return printResult({ dryRun, id, scopes: scope }, `would add ${id} with ${scope.join(' ')}`, json);
      printResult({ id, secret }, [`client_id=${id}`, `client_secret=${secret}`], json);
    });

const list = (): Command =>
  withJson(new Command('list'))
    .description('All clients that ever were, by id, as lines of JSON where a program reads.')
    .action(({ json }: JsonOption) => onSystem(['clients.list'], (system) => system.run('clients.list', {}, tell((client) => printItem(client, json)))));

const revoke = (): Command =>
  withChange(new Command('revoke'))
    .description('No more tokens for this client from now on; those it has are good for up to an hour. Asks on a terminal; in a script it needs no --yes.')
    .argument('<id>', 'the client', clientId)
    .action((id: string, { as, dryRun, yes, json }: ChangeOptions) =>
      onSystem(['clients.revoke'], async (system) => {
        const run = async (isPreview: boolean) => {
          const { found } = await system.run('clients.revoke', { by: operator(as), dryRun: isPreview, id }, tell());
          if (!found) throw new CommandFailed(`${id}: there is no such client, or it is revoked already`, EXIT.notFound);
        };
        await run(true);
        if (dryRun) return printResult({ dryRun, id }, `would revoke ${id}`, json);
        await confirm(`Revoke ${id} for good?`, { yes });
        await run(false);
        printResult({ id }, `${id} is revoked`, json);
      }),
    );

function clientId(text: string): string {
  if (CLIENT_ID.test(text)) return text;
  throw usage('id: must be 1 to 64 letters, digits, dots, dashes or underscores');
}
