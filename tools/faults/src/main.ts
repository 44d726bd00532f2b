import { writeEvidence } from './evidence';
import { runFaults } from './fault-bench';
import { HELP, type Options, readOptions } from './options';
import type { Verdict } from './run-fault';
import { render, seconds, summary } from './report';
import type { Fault } from './fault';
import { FAULTS } from './catalog';
import { StateFile } from './state-file';

/** Of sysexits.h. */
const EX_USAGE = 64;

const say = (line: string) => process.stderr.write(`${line}\n`);

async function bench({ selected: faults, ...options }: Options & { readonly selected: readonly Fault[] }): Promise<number> {
  if (options.isListed) {
    process.stdout.write(faults.map((fault) => listed(fault, options)).join(''));
    return 0;
  }
  const state = new StateFile(options.stateFile);
  await runFaults({ ...options, faults }, state, tell);
  process.stdout.write(`${render(state.verdicts)}\n\n${summary(state.verdicts)}\n`);
  if (options.evidence) writeEvidence(options.evidence, state.verdicts);
  return state.verdicts.some(({ verdict }) => verdict === 'BROKEN') ? 1 : 0;
}

function listed({ id, what, skip }: Fault, options: Options): string {
  const reason = skip?.(options);
  return `${id.padEnd(26)} ${what}${reason ? ` (skipped: ${reason})` : ''}\n`;
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

const tell = ({ fault, seed, verdict, acceptsMs, healMs, note, folder }: Verdict) =>
  say(`${fault} (seed ${seed}): ${verdict}, accepts after ${seconds(acceptsMs)}, healed in ${seconds(healMs)}${note ? `; ${note}` : ''}${folder ? `; see ${folder}` : ''}`);

async function main(): Promise<number> {
  const options = optionsOrRefusal();
  if (typeof options === 'number') return options;
  return bench(options).catch((error: Error) => {
    say(error.message);
    return 2;
  });
}

/** Where help was asked for or the command line is wrong, the exit code with which the program ends. */
function optionsOrRefusal(): (Options & { readonly selected: readonly Fault[] }) | 0 | typeof EX_USAGE {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options) return { ...options, selected: select(options.faults) };
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    say((error as Error).message);
    return EX_USAGE;
  }
}

// Without an exit a server's connection that is still closing would hold the process.
void main().then((code) => process.exit(code));
