import { type AppliedBatch, type Rejection, type ScoreCommand, type ScoreLedger, UnprocessableBatch } from '@scoreboard/domain';

/**
 * Applies commands to the ledger in one batch. If the ledger cannot store it because of its data, it is split in half, in order, until each
 * invalid command is alone and all others are applied. Calls `onApplied` for each applied part; resolves with the commands that can never be applied.
 */
export async function applyInParts(
  ledger: ScoreLedger,
  commands: readonly ScoreCommand[],
  onApplied: (batch: AppliedBatch, commands: readonly ScoreCommand[], ms: number) => void,
): Promise<Rejection[]> {
  try {
    const started = performance.now();
    const batch = await ledger.apply(commands);
    onApplied(batch, commands, performance.now() - started);
    return batch.conflicts.map((place) => ({ command: commands[place]!, reason: 'key-conflict' }));
  } catch (error) {
    if (!(error instanceof UnprocessableBatch)) throw error;
    if (commands.length === 1) return [{ command: commands[0]!, reason: error.reason }];
    const middle = commands.length >> 1;
    const [first, second] = [commands.slice(0, middle), commands.slice(middle)];
    return [...(await applyInParts(ledger, first, onApplied)), ...(await applyInParts(ledger, second, onApplied))];
  }
}
