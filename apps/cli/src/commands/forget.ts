import { USER_ID, USER_ID_RULE } from '@scoreboard/domain';
import { type ActRunner, CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command } from 'commander';
import { confirm, printResult, requireYes, tell } from '../console';
import { type ChangeOptions, operator, usage, withChange, withFlag } from '../options';
import { onSystem } from '../system';

const AFTER = `
First stop issuing tokens to the person and wait until the queue is empty: a command
that is applied later creates the user again. Safe to run again.

Examples:
  scoreboard forget alice --dry-run
  scoreboard forget alice --yes --as ann`;

export const forget = (): Command =>
  withFlag(withChange(new Command('forget'), { destroys: true }), '--standalone', 'for a stopped standalone that uses DATABASE_URL: use the files in its DATA_DIR for servers without a URL')
    .description('Replaces the id of a person with a random pseudonym. All points, ranks and dead letters stay, under the pseudonym.')
    .argument('<userId>', 'the id of the person', userId)
    .addHelpText('after', AFTER)
    .action(async (id: string, { as, dryRun, yes, json, standalone }: ChangeOptions & { readonly standalone: boolean }) => {
      requireYes({ yes, dryRun });
      const work = async (system: ActRunner) => {
        const run = (isPreview: boolean) => system.run('forget', { by: operator(as), dryRun: isPreview, userId: id }, tell());
        const { records } = await run(true);
        if (sum(records) === 0) throw new CommandFailed(`${id}: no records of this user found`, EXIT.notFound);
        if (dryRun) return printResult({ dryRun, records }, `would forget ${id}: ${listed(records)} records`, json);
        await confirm(`Forget ${id} (${listed(records)} records) permanently?`, { yes });
        const forgotten = await run(false);
        printResult(forgotten, `forgotten as ${'pseudonym' in forgotten ? forgotten.pseudonym : id}: ${listed(forgotten.records)} records`, json);
      };
      await onSystem(['forget'], work, { standalone });
    });

const sum = (records: Readonly<Record<string, number>>): number => Object.values(records).reduce((total, count) => total + count, 0);
const listed = (records: Readonly<Record<string, number>>): string => Object.entries(records).map(([place, count]) => `${place} ${count}`).join(', ');

function userId(text: string): string {
  if (USER_ID.test(text)) return text;
  throw usage(`userId: ${USER_ID_RULE}`);
}
