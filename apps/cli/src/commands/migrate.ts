import { Command } from 'commander';
import { printResult, tell } from '../console';
import { type ChangeOptions, operator, withChange } from '../options';
import { onSystem } from '../system';

export const migrate = (): Command =>
  withChange(new Command('migrate'))
    .description('Updates the schema of DATABASE_URL, under a lock. Safe to run again.')
    .addHelpText('after', '\nExamples:\n  scoreboard migrate --dry-run\n  scoreboard migrate --as ann')
    .action(({ as, dryRun, json }: ChangeOptions) =>
      onSystem(
        ['schema.migrate'],
        async (system) => {
          const result = await system.run('schema.migrate', { by: operator(as), dryRun }, tell());
          printResult({ dryRun, ...result }, dryRun ? wouldRun(result.pending) : didRun(result.migrated), json);
        },
        { leaveSchema: true },
      ),
    );

const wouldRun = (pending: readonly string[] = []): string => (pending.length ? `would run ${pending.join(', ')}` : 'the schema is up to date');
const didRun = (migrated: readonly string[] = []): string => `the schema is up to date${migrated.length ? `, these migrations ran: ${migrated.join(', ')}` : ''}`;
