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
    .description('Manages the services that get their tokens from POST /api/auth/token.')
    .addHelpText('afterAll', EXAMPLES)
    .addCommand(add())
    .addCommand(list())
    .addCommand(revoke());

const add = (): Command =>
  withChange(new Command('add'))
    .description("Adds a client and prints its secret once. The id is the subject of the client's tokens: choose one that cannot be a user's id. An id cannot be reused.")
    .argument('<id>', 'the client id: 1 to 64 letters, digits, dots, dashes or underscores', clientId)
    .requiredOption('--scope <scopes>', `scopes of the client, separated by spaces: ${SCOPES.join(', ')}`, scopeList)
    .action(async (id: string, { scope, as, dryRun, json }: ChangeOptions & { readonly scope: string[] }) => {
      const client = { by: operator(as), dryRun, id, scopes: scope };
      const { isNew, secret } = await onSystem(['clients.add'], (system) => system.run('clients.add', client, tell()));
      if (!isNew) throw new CommandFailed(`${id}: already used; a client id cannot be reused`);
      if (dryRun) return printResult({ dryRun, id, scopes: scope }, `would add ${id} with ${scope.join(' ')}`, json);
      printResult({ id, secret }, [`client_id=${id}`, `client_secret=${secret}`], json);
    });

const list = (): Command =>
  withJson(new Command('list'))
    .description('Lists all clients, including revoked ones, by id, as JSON lines unless standard output is a terminal.')
    .action(({ json }: JsonOption) => onSystem(['clients.list'], (system) => system.run('clients.list', {}, tell((client) => printItem(client, json)))));

const revoke = (): Command =>
  withChange(new Command('revoke'))
    .description('Issues no more tokens to a client. Its existing tokens stay valid for up to an hour. Asks for confirmation on a terminal; a script needs no --yes.')
    .argument('<id>', 'the client id', clientId)
    .action((id: string, { as, dryRun, yes, json }: ChangeOptions) =>
      onSystem(['clients.revoke'], async (system) => {
        const run = async (isPreview: boolean) => {
          const { found } = await system.run('clients.revoke', { by: operator(as), dryRun: isPreview, id }, tell());
          if (!found) throw new CommandFailed(`${id}: no such client, or already revoked`, EXIT.notFound);
        };
        await run(true);
        if (dryRun) return printResult({ dryRun, id }, `would revoke ${id}`, json);
        await confirm(`Revoke ${id} permanently?`, { yes });
        await run(false);
        printResult({ id }, `${id} is revoked`, json);
      }),
    );

function clientId(text: string): string {
  if (CLIENT_ID.test(text)) return text;
  throw usage('id: must be 1 to 64 letters, digits, dots, dashes or underscores');
}
