import { Command } from 'commander';
import { printItem, tell } from '../console';
import { type JsonOption, usage, wholeNumber, withJson } from '../options';
import { onSystem } from '../system';

const MAX_ENTRIES = 1_000_000;

const EXAMPLES = `
Examples:
  scoreboard audit-log list --limit 20
  scoreboard audit-log list --since 2026-11-24T12:00:00Z --json`;

export const auditLog = (): Command =>
  new Command('audit-log').description('Shows what moderators, services and operators did.').addHelpText('afterAll', EXAMPLES).addCommand(list());

const list = (): Command =>
  withJson(new Command('list'))
    .description(
      "Lists entries, newest first, as JSON lines unless standard output is a terminal. Decrypts addresses with DATA_ENCRYPTION_KEYS, or with the standalone's own keys; without the key an address is null.",
    )
    .option('--since <time>', 'only entries after this time, such as 2026-11-24 or 2026-11-24T12:00:00Z', moment)
    .option('--limit <n>', 'maximum number of entries', wholeNumber('--limit', 1, MAX_ENTRIES), 100)
    .action(({ since, limit, json }: JsonOption & { readonly since?: string; readonly limit: number }) =>
      onSystem(['audit-log.list'], (system) => system.run('audit-log.list', { limit, since }, tell((entry) => printItem(entry, json)))),
    );

function moment(text: string): string {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time.toISOString();
  throw usage('--since: must be a time, such as 2026-11-24T12:00:00Z');
}
