import { exitWith, say } from '@scoreboard/harness';
import type { Fault } from './fault';
import { runFaults } from './fault-bench';
import { faultOptions, type Options } from './options';
import { render, seconds, StateFile, summary, writeEvidence } from './report';
import type { Verdict } from './run-fault';

async function bench(options: Options): Promise<number> {
  if (options.isListed) {
    process.stdout.write(options.faults.map((fault) => listed(fault, options)).join(''));
    return 0;
  }
  const state = new StateFile(options.resume);
  await runFaults(options, state, tell);
  process.stdout.write(`${render(state.verdicts)}\n\n${summary(state.verdicts)}\n`);
  if (options.write) writeEvidence(options.write, state.verdicts);
  return state.verdicts.some(({ verdict }) => verdict === 'BROKEN') ? 1 : 0;
}

function listed({ id, what, skip }: Fault, options: Options): string {
  const reason = skip?.(options);
  return `${id.padEnd(26)} ${what}${reason ? ` (skipped: ${reason})` : ''}\n`;
}

const tell = ({ fault, seed, verdict, acceptsMs, healMs, note, folder }: Verdict) =>
  say(`${fault} (seed ${seed}): ${verdict}, accepts after ${seconds(acceptsMs)}, recovered in ${seconds(healMs)}${note ? `; ${note}` : ''}${folder ? `; see ${folder}` : ''}`);

exitWith(bench(faultOptions()));
