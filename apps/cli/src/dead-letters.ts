import { readSettings } from '@scoreboard/infrastructure/config';
import { DeadLetterQueue } from '@scoreboard/infrastructure/messaging';
import { run } from '@scoreboard/infrastructure/observability';

const HELP = `npm run dead-letters -- list
npm run dead-letters -- replay <commandId>|all
npm run dead-letters -- drop <commandId>|all

What ended in the dead-letter queue of RABBITMQ_URL, one JSON object a line: reason, problem, commandId, content.
  replay  queues commands again; what still cannot be applied comes back, what holds no command stays
  drop    forgets them for good
`;

run(async () => {
  const [action, which] = process.argv.slice(2);
  if (action === undefined || action === '--help') return void process.stdout.write(HELP);
  if (!['list', 'replay', 'drop'].includes(action)) throw new Error(`${action}: is not known; use list, replay or drop`);
  if (action !== 'list' && !which) throw new Error(`${action}: name a command id, or all`);
  const { RABBITMQ_URL } = readSettings('cli');
  if (!RABBITMQ_URL) throw new Error('RABBITMQ_URL: is required');
  const letters = await DeadLetterQueue.open({ url: RABBITMQ_URL });
  try {
    const commandId = which === 'all' ? undefined : which?.toLowerCase();
    if (action === 'list') for (const entry of await letters.list()) process.stdout.write(`${JSON.stringify(entry)}\n`);
    else if (action === 'replay') process.stdout.write(`${await letters.replay(commandId)} queued again\n`);
    else process.stdout.write(`${await letters.drop(commandId)} dropped\n`);
  } finally {
    await letters.close();
  }
});
