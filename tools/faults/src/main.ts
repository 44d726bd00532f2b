import { exitWith, flag, type Option, optional, readOptions, say, text, whole, wholes } from '@scoreboard/harness';
import { FAULTS } from './catalog';
import { earlierVersion } from './earlier-build';
import type { Fault } from './fault';
import { runFaults } from './fault-bench';
import { render, seconds, StateFile, summary, writeEvidence } from './report';
import type { Verdict } from './run-fault';

const USAGE = `npm run faults [-- options]

Hurts a running system, one fault at a time, under load, heals it, and checks that no point was lost or counted twice: what
clients were answered is compared exactly with ledger, leaderboard, queues and every watching client. Starts and stops what
it needs, on free ports. Ends with 1 where an invariant is broken. All faults take about three quarters of an hour on two cores.`;

/** A name stands for the fault of that id, or else for all whose ids begin with it. */
const select: Option<readonly Fault[]> = {
  hint: 'A,B',
  help: 'these faults alone; F14 stands for all that begin with it',
  read(given = '') {
    const named = given.split(',').filter(Boolean).map((name) => {
      const exact = FAULTS.filter(({ id }) => id === name);
      const faults = exact.length ? exact : FAULTS.filter(({ id }) => id.startsWith(name));
      if (!faults.length) throw new Error(`--row: there is no ${name}; --rows lists what there is`);
      return faults;
    });
    return named.length ? [...new Set(named.flat())] : FAULTS;
  },
};

const ALL = {
  rows: flag('list the faults and end'),
  row: select,
  seconds: whole('N', 'seconds of load with each fault, which lasts about half of them; default 16', { otherwise: '16', min: 4 }),
  seed: wholes('N', 'chance of the first and only round; default 1', { otherwise: '1', min: 0 }),
  seeds: optional(wholes('A,B', 'a round with each of these instead', { otherwise: '', min: 0 })),
  earlier: text('REF', 'the older version in the fault of two versions; default the newest tag, or else ten commits ago; skipped where that is older than the first release, which has another schema'),
  patience: whole('N', 'a late answer is one that takes N times as long as promised; default 1, more where other work runs beside', { otherwise: '1', min: 1 }),
  resume: text('FILE', 'keep verdicts in this file, and go on where it ends'),
  write: text('FILE', 'write the table to this file, as to docs/evidence/faults.md'),
};

async function bench(): Promise<number> {
  const { rows: isListed, row: faults, seed, seeds = seed, earlier = earlierVersion(), resume, write, ...others } = readOptions(USAGE, ALL);
  if (isListed) {
    process.stdout.write(faults.map((fault) => listed(fault, earlier)).join(''));
    return 0;
  }
  const state = new StateFile(resume);
  await runFaults({ faults, seeds, earlier, ...others }, state, tell);
  process.stdout.write(`${render(state.verdicts)}\n\n${summary(state.verdicts)}\n`);
  if (write) writeEvidence(write, state.verdicts);
  return state.verdicts.some(({ verdict }) => verdict === 'BROKEN') ? 1 : 0;
}

function listed({ id, what, skip }: Fault, earlier: string): string {
  const reason = skip?.({ earlier });
  return `${id.padEnd(26)} ${what}${reason ? ` (skipped: ${reason})` : ''}\n`;
}

const tell = ({ fault, seed, verdict, acceptsMs, healMs, note, folder }: Verdict) =>
  say(`${fault} (seed ${seed}): ${verdict}, accepts after ${seconds(acceptsMs)}, recovered in ${seconds(healMs)}${note ? `; ${note}` : ''}${folder ? `; see ${folder}` : ''}`);

exitWith(bench());
