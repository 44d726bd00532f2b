import { startAfternoon } from './afternoon';
import type { Contestant } from './contestant';
import { type Distributed, startDistributed } from './distributed';
import { writeEvidence } from './evidence';
import { differ, measure, measureReads, type Tally } from './measure';
import { HELP, type Options, readOptions } from './options';
import { optionsOrExit } from './options-or-exit';
import { PLAYERS, userIds } from './players';
import { label, render, type Run, show } from './report';
import { startStandalone } from './standalone';

const WARM_UP = { connections: 256, clients: 0 };
const WARM_UP_SECONDS = 4;
const READ_CONNECTIONS = 64;
const LOCK_LOAD = { connections: 256, clients: 0 };

const EVIDENCE = {
  file: 'bench.md',
  title: 'The benchmark',
  command: 'bench',
  notes: [
    `- ${PLAYERS.toLocaleString('en')} players with a token each.`,
    '- `afternoon` answers with the new score, and keeps no history; the other two keep every update and count it once.',
    '- `distributed` answers when the queue holds the update durably, `standalone` when the ledger does.',
  ],
};

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Every system in every scenario, in turns, so that what else the machine does falls on all alike. */
async function compare(contestants: readonly Contestant[], tallies: Map<Contestant, Tally>, { rounds, scenarios, seconds, withKeys }: Options) {
  const runs: Run[] = [];
  const reads: Record<string, number[]> = {};
  for (const contestant of contestants) await measure(contestant, WARM_UP, WARM_UP_SECONDS, withKeys, tallies.get(contestant)!);
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of scenarios) {
      for (const contestant of contestants) {
        const measured = await measure(contestant, scenario, seconds, withKeys, tallies.get(contestant)!);
        runs.push({ round, scenario, system: contestant.name, measured });
        const result = `${show(measured.acceptedPerSecond)} accepted/s, p99 ${show(measured.p99)} ms`;
        say(`round ${round} of ${rounds}, ${label(scenario)}, ${contestant.name}: ${result}`);
      }
    }
    for (const contestant of contestants) (reads[contestant.name] ??= []).push(await measureReads(contestant, READ_CONNECTIONS, seconds));
  }
  return { runs, reads };
}

/** What a batch waits for the leaderboard's row. */
async function lockNote(distributed: Distributed, tally: Tally, workers: string, { seconds, withKeys }: Options): Promise<string> {
  const before = await distributed.lock();
  const { acceptedPerSecond } = await measure(distributed, LOCK_LOAD, seconds, withKeys, tally);
  const after = await distributed.lock();
  const batches = after.batches - before.batches;
  const wait = ((after.seconds - before.seconds) / batches) * 1_000;
  const rate = `${show(batches)} batches, at ${show(acceptedPerSecond)} updates/s`;
  return `- Lock on the leaderboard's row, ${workers}: ${show(wait)} ms a batch over ${rate}.`;
}

async function bench(options: Options): Promise<number> {
  say('Starting three systems …');
  const distributed = await startDistributed(options.profiles);
  const contestants = [await startAfternoon(), distributed, await startStandalone(userIds)];
  const tallies = new Map(contestants.map((each) => [each, { updates: 0, points: 0, probed: 0, errors: [] } as Tally]));
  const { runs, reads } = await compare(contestants, tallies, options);
  const notes = [await lockNote(distributed, tallies.get(distributed)!, 'one worker', options)];
  await distributed.addWorker();
  notes.push(await lockNote(distributed, tallies.get(distributed)!, 'two workers', options));

  const errors: string[] = [];
  for (const [contestant, tally] of tallies) {
    errors.push(...tally.errors, ...differ(await contestant.stop(), tally).map((difference) => `${contestant.name}: ${difference}`));
    notes.push(`- Checked after every run: ${contestant.name} accepted ${tally.updates.toLocaleString('en')} updates in all.`);
  }
  notes.push(...(errors.length ? errors.map((error) => `- WRONG: ${error}`) : ['- Every sum agrees: none lost, none counted twice.']));
  const report = render({ runs, reads, notes });
  process.stdout.write(`${report}\n`);
  if (options.isWritten) say(`written to ${writeEvidence(EVIDENCE, report)}`);
  return errors.length ? 1 : 0;
}

// Without an exit a server's connection that is still closing would hold the process.
void bench(optionsOrExit(readOptions, HELP)).then((code) => process.exit(code));
