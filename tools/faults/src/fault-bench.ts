import { Grounds } from './grounds';
import { type PlayOptions, playRow, type Verdict } from './play-row';
import type { Row } from './row';
import type { StateFile } from './state-file';

export interface BenchOptions {
  readonly rows: readonly Row[];
  readonly seeds: readonly number[];
  readonly seconds: number;
  /** A git revision: the older version in the row of two versions. */
  readonly earlier: string;
  readonly patience: number;
}

/** Plays every row with every seed, one after another, and tells `hear` of each verdict; leaves out what `state` has already. */
export async function runFaults({ rows, seeds, ...options }: BenchOptions, state: StateFile, hear: (verdict: Verdict) => void): Promise<void> {
  const grounds = new Grounds();
  try {
    for (const seed of seeds) {
      for (const row of rows.filter(({ id }) => !state.has(id, seed))) {
        const verdict = skipped(row, seed, options.earlier) ?? (await play(row, grounds, { seed, ...options }));
        state.add(verdict);
        hear(verdict);
      }
    }
  } finally {
    await grounds.drop();
  }
}

async function play(row: Row, grounds: Grounds, options: Omit<PlayOptions, 'turn'>): Promise<Verdict> {
  await row.prepare?.(options);
  const { ground, turn } = await grounds.prepare(row);
  const verdict = await playRow(row, ground, { ...options, turn });
  await grounds.giveBack(row, verdict.verdict === 'BROKEN');
  return verdict;
}

function skipped({ id, what, skip }: Row, seed: number, earlier: string): Verdict | undefined {
  const reason = skip?.({ earlier });
  return reason === undefined ? undefined : { row: id, what, seed, verdict: 'skipped', accepted: 0, refused: 0, unknown: 0, note: reason };
}
