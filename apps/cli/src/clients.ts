import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { AddClient, CLIENT_ID, ClientSecrets, RevokeClient } from '@scoreboard/application';
import { isScope } from '@scoreboard/domain';
import { readSettings } from '@scoreboard/infrastructure/config';
import { operatorDatabase, PostgresAuditLog, PostgresClients } from '@scoreboard/infrastructure/database';
import { run } from '@scoreboard/infrastructure/observability';

const HELP = `npm run clients -- add <id> --scope "<scopes>"
npm run clients -- list
npm run clients -- revoke <id>

Services that fetch their tokens at POST /api/auth/token, in the database of DATABASE_URL or of a stopped standalone in DATA_DIR.
  add     prints the client's secret, this once; the id is the subject of its tokens, and no user's id
  revoke  no more tokens from now on; those it has are good for up to an hour

Scopes: scores:write, scores:write:any, actions:issue, scores:admin, parted by spaces.
`;

run(async () => {
  Logger.overrideLogger(['warn', 'error', 'fatal']); // standard output is for the answer
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { scope: { type: 'string', default: '' }, help: { type: 'boolean', default: false } } });
  const [action, id = ''] = positionals;
  if (values.help || action === undefined) return void process.stdout.write(HELP);
  if (!['add', 'list', 'revoke'].includes(action)) throw new Error(`${action}: is not known; use add, list or revoke`);
  if (action !== 'list' && !CLIENT_ID.test(id)) throw new Error(`${action}: name a client, by 1 to 64 letters, digits, dots, dashes or underscores`);
  const database = operatorDatabase(readSettings('cli'));
  try {
    const [clients, audit] = [new PostgresClients(database), new PostgresAuditLog(database)];
    if (action === 'list') for (const client of await clients.list()) process.stdout.write(`${JSON.stringify(client)}\n`);
    else if (action === 'add') await add(new AddClient(clients, new ClientSecrets(), audit), id, values.scope);
    else if (!(await new RevokeClient(clients, audit).execute(id))) throw new Error(`${id}: there is no such client, or it is revoked already`);
    else process.stdout.write(`${id} is revoked\n`);
  } finally {
    await database.onApplicationShutdown();
  }
});

async function add(addClient: AddClient, id: string, scope: string): Promise<void> {
  const scopes = scope.split(' ').filter(Boolean);
  const unknown = scopes.find((name) => !isScope(name));
  if (unknown || !scopes.length) throw new Error(`--scope: ${unknown ? `${unknown} is not known` : 'is required'}; see npm run clients -- --help`);
  const secret = await addClient.execute(id, scopes);
  if (!secret) throw new Error(`${id}: was used before; an id is never given twice`);
  process.stdout.write(`client_id=${id}\nclient_secret=${secret}\n`);
}
