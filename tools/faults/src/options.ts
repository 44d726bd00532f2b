import { parseArgs } from 'node:util';
import { whole, wholes } from '@scoreboard/harness';
import { FAULTS } from './catalog';
import { earlierVersion } from './earlier-build';
import type { Fault } from './fault';

export const HELP = `npm run faults [-- options]

Hurts a running system, one fault at a time, under load, heals it, and checks that no point was lost or counted twice: what
clients were answered is compared exactly with ledger, leaderboard, queues and every watching client. Starts and stops what
it needs, on free ports. Ends with 1 where an invariant is broken.

  --rows         list the rows and end
  --row A,B      these rows alone; F14 stands for all that begin with it
  --seconds N    seconds of load in a row, about half of which is the fault; default 16
  --seed N       chance of the first and only round; default 1
  --seeds A,B    a round with each of these instead
  --earlier REF  the older version in the row of two versions; default the newest tag, or else ten commits ago
  --patience N   a late answer is one that takes N times as long as promised; default 1, more where other work runs beside
  --resume FILE  keep verdicts in this file, and go on where it ends
  --write FILE   write the table to this file, as to docs/evidence/faults.md
  --help         print this

A round of all rows takes about three quarters of an hour on two cores.
`;

export interface Options {
  readonly isListed: boolean;
  readonly faults: readonly Fault[];
  readonly seconds: number;
  readonly seeds: readonly number[];
  readonly earlier: string;
  readonly patience: number;
  readonly stateFile?: string;
  readonly evidence?: string;
}

/** Undefined where help was asked for. Throws an error of one line. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'boolean', default: false },
      row: { type: 'string', default: '' },
      seconds: { type: 'string', default: '16' },
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string' },
      earlier: { type: 'string' },
      patience: { type: 'string', default: '1' },
      resume: { type: 'string' },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    isListed: values.rows,
    faults: select(values.row.split(',').filter(Boolean)),
    seconds: whole('seconds', values.seconds, 4),
    seeds: wholes('seeds', values.seeds ?? values.seed, 0),
    earlier: values.earlier ?? earlierVersion(),
    patience: whole('patience', values.patience, 1),
    stateFile: values.resume,
    evidence: values.write,
  };
}

/** A name stands for the fault of that id, or else for all whose ids begin with it. */
function select(names: readonly string[]): readonly Fault[] {
  const named = names.map((name) => {
    const exact = FAULTS.filter(({ id }) => id === name);
    const faults = exact.length ? exact : FAULTS.filter(({ id }) => id.startsWith(name));
    if (!faults.length) throw new Error(`--row: there is no ${name}; --rows lists what there is`);
    return faults;
  });
  return names.length ? [...new Set(named.flat())] : FAULTS;
}
