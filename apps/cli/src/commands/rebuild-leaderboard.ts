import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command } from 'commander';
import { printResult, tell } from '../console';
import { type ChangeOptions, operator, withChange } from '../options';
import { onSystem } from '../system';

const EXAMPLES = `
Examples:
  scoreboard rebuild-leaderboard --dry-run
  scoreboard rebuild-leaderboard --as ann`;

export const rebuildLeaderboard = (): Command =>
  withChange(new Command('rebuild-leaderboard'))
    .description('Rebuilds the leaderboard in Redis from PostgreSQL while everything runs. Reads see the old ranking until the new one is complete.')
    .addHelpText('after', EXAMPLES)
    .action(async ({ as, dryRun, json }: ChangeOptions) => {
      const result = await onSystem(['leaderboard.rebuild'], (system) => system.run('leaderboard.rebuild', { by: operator(as), dryRun }, tell()));
      if ('ledger' in result) return printResult({ dryRun, ...result }, `would rebuild the leaderboard: ${stateOf(result)}`, json);
      if (result.revision === undefined) throw new CommandFailed('Another process is rebuilding the leaderboard.', EXIT.busy);
      printResult(result, `rebuilt the leaderboard; its board has revision ${result.revision}`, json);
    });

interface State {
  readonly ledger: { readonly ledgerId: string; readonly lastSeq: number };
  readonly leaderboard?: { readonly ledgerId: string; readonly watermark: number };
}

function stateOf({ ledger, leaderboard }: State): string {
  if (!leaderboard) return 'it is not ready';
  if (leaderboard.ledgerId !== ledger.ledgerId) return 'it belongs to another ledger';
  const lacking = ledger.lastSeq - leaderboard.watermark;
  return lacking > 0 ? `it lacks ${lacking} events of the ledger` : 'it is up to date with the ledger';
}
