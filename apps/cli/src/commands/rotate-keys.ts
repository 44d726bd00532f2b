import { EXIT } from '@scoreboard/interfaces/operator';
import { Command } from 'commander';
import { printResult, say, tell } from '../console';
import { type ChangeOptions, operator, withChange } from '../options';
import { onSystem } from '../system';

const EXAMPLES = `
Examples:
  scoreboard rotate-keys --dry-run
  scoreboard rotate-keys --as ann`;

export const rotateKeys = (): Command =>
  withChange(new Command('rotate-keys'))
    .description('Re-encrypts names, pictures and addresses that older keys have encrypted, under the first key of DATA_ENCRYPTION_KEYS. If interrupted, run it again: it continues where it stopped.')
    .addHelpText('after', EXAMPLES)
    .action(async ({ as, dryRun, json }: ChangeOptions) => {
      const result = await onSystem(['keys.rotate'], (system) => system.run('keys.rotate', { by: operator(as), dryRun }, tell()));
      const { currentKey, byKey, reencrypted, broken } = result;
      const counts = Object.entries(byKey).map(([id, count]) => `${id} ${count}`).join(', ') || 'none';
      const others = Object.entries(byKey).reduce((total, [id, count]) => (id === currentKey ? total : total + count), 0);
      const done = dryRun ? `would re-encrypt ${others} under ${currentKey}` : `re-encrypted ${reencrypted} under ${currentKey}`;
      printResult({ dryRun, ...result }, `${done}; entries by key: ${counts}`, json);
      for (const problem of broken) say(problem);
      if (broken.length) process.exitCode = EXIT.failed;
    });
