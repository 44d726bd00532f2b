import { appendFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { commandLine, exitWith, say, whole, wholes } from '../../driver/src/command-line';
import { FAULTS } from './catalog';
import { earlierVersion } from './earlier-build';
import type { Fault } from './fault';
import { runFaults } from './fault-bench';
import { readVerdicts, render, seconds, summary, writeVerdicts } from './report';
import type { Verdict } from './run-fault';

const DESCRIPTION = `Hurts a running system, one fault at a time, under load, heals it, and checks that no point was lost or counted twice: what
clients were answered is compared exactly with ledger, leaderboard, queues and every watching client. Starts and stops what
it needs, on free ports. Ends with 1 where an invariant is broken. All faults take about three quarters of an hour on two cores.`;

/** A name stands for the fault of that id, or else for all whose ids begin with it. */
function select(given: string): readonly Fault[] {
  const named = given.split(',').map((name) => {
    const exact = FAULTS.filter(({ id }) => id === name);
    const faults = exact.length ? exact : FAULTS.filter(({ id }) => id.startsWith(name));
    if (!faults.length) throw new InvalidArgumentError(`There is no ${name}; --rows lists what there is.`);
    return faults;
  });
  return [...new Set(named.flat())];
}

interface Options {
  readonly rows?: true;
  readonly row?: readonly Fault[];
  readonly seconds: number;
  readonly seeds: readonly number[];
  readonly earlier?: string;
  readonly patience: number;
  readonly resume?: string;
  readonly write?: string;
}

const readOptions = () =>
  commandLine('faults', DESCRIPTION)
    .option('--rows', 'list the faults and end')
    .option('--row <A,B>', 'these faults alone; F14 stands for all that begin with it', select)
    .option('--seconds <N>', 'seconds of load with each fault, which lasts about half of them', whole(4), 16)
    .option('--seeds <A,B>', 'a round with each of these, which stand for its chances', wholes(0), [1])
    .option('--earlier <REF>', 'the older version in the fault of two versions; default the newest tag, else ten commits ago; skipped before the first release')
    .option('--patience <N>', 'a late answer is one that takes N times as long as promised; more where other work runs beside', whole(1), 1)
    .option('--resume <FILE>', 'keep verdicts in this file, and go on where it ends')
    .option('--write <FILE>', 'write the table to this file, as to docs/evidence/faults.md')
    .parse()
    .opts<Options>();

async function bench(): Promise<number> {
  const { rows: isListed, row: faults = FAULTS, seeds, earlier = earlierVersion(), resume, write, ...others } = readOptions();
  if (isListed) {
    process.stdout.write(faults.map((fault) => listed(fault, earlier)).join(''));
    return 0;
  }
  const verdicts = resume ? readVerdicts(resume) : [];
  await runFaults({ faults, seeds, earlier, ...others }, verdicts, (verdict) => {
    if (resume) appendFileSync(resume, `${JSON.stringify(verdict)}\n`);
    tell(verdict);
  });
  process.stdout.write(`${render(verdicts)}\n\n${summary(verdicts)}\n`);
  if (write) writeVerdicts(write, verdicts);
  return verdicts.some(({ verdict }) => verdict === 'BROKEN') ? 1 : 0;
}

function listed({ id, what, skip }: Fault, earlier: string): string {
  const reason = skip?.({ earlier });
  return `${id.padEnd(26)} ${what}${reason ? ` (skipped: ${reason})` : ''}\n`;
}

const tell = ({ fault, seed, verdict, acceptsMs, healMs, note, folder }: Verdict) =>
  say(`${fault} (seed ${seed}): ${verdict}, accepts after ${seconds(acceptsMs)}, recovered in ${seconds(healMs)}${note ? `; ${note}` : ''}${folder ? `; see ${folder}` : ''}`);

exitWith(bench());
