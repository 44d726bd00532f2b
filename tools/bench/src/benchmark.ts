import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { projectRoot, table, writeEvidence } from '@scoreboard/harness';
import type { Command } from 'commander';
import { commandLine, exitWith } from '../../driver/src/command-line';
import { show } from './statistics';

/** To be read with every result of the distributed system. */
const SERVERS_NOTE = '- Servers with their defaults: PostgreSQL and RabbitMQ force to disk, Redis keeps nothing. One process of each role.';

export interface Finding {
  /** Lines of Markdown. */
  readonly report: readonly string[];
  /** What else one must know to read it; lines of a list. */
  readonly notes?: readonly string[];
  /** Of `docs/evidence`, and its title; if the benchmark writes several, those of what was measured. */
  readonly file?: string;
  readonly title?: string;
  /** A sum shows a lost or doubled point, or a bound is broken. */
  readonly isWrong?: boolean;
}

interface Benchmark<Options> {
  readonly script: string;
  readonly description: string;
  readonly title?: string;
  /** In `docs/evidence`, what `--write` writes; without it there is no such option. */
  readonly file?: string;
  readonly options?: (command: Command) => Command;
  measure(options: Options): Promise<Finding>;
}

/** Runs a benchmark with the options of the command line, and prints its report. Ends with 1 where that is wrong, with 2 where the benchmark failed. */
export function runBenchmark<Options>({ script, description, title = '', file, options = (command) => command, measure }: Benchmark<Options>): void {
  const command = options(commandLine(script, description));
  if (file) command.option('--write', `write the result to docs/evidence/${file}`);
  Logger.overrideLogger(['warn', 'error', 'fatal']); // standard output is for the report
  const given = command.parse().opts<Options & { readonly write?: true }>();
  const run = async () => {
    const { report, notes = [], file: own = file, title: ownTitle = title, isWrong = false } = await measure(given);
    process.stdout.write(`${report.join('\n')}\n`);
    if (given.write) writeEvidence(join(projectRoot(), 'docs/evidence', own!), { title: ownTitle, script, notes: [SERVERS_NOTE, ...notes] }, report.join('\n'));
    return isWrong ? 1 : 0;
  };
  exitWith(run());
}

/** The last lines of a report about sums that were compared with what was accepted. */
export const verdictOn = (errors: readonly string[]): string[] =>
  errors.length ? errors.map((error) => `- WRONG: ${error}`) : ['- Every sum agrees: none lost, none counted twice.'];

export type Goal = readonly [what: string, measured: number, most: number];

export const isHeld = ([, measured, most]: Goal): boolean => measured <= most;
export const resultOf = (goal: Goal): string => (isHeld(goal) ? 'holds' : 'FALLS SHORT');

export const goalTable = (goals: readonly Goal[]): string => table(['goal', 'at most', 'measured', ''], goals.map((goal) => [goal[0], show(goal[2]), show(goal[1]), resultOf(goal)]));
