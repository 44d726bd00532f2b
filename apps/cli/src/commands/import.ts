import { ACTION_NAME } from '@scoreboard/domain';
import { type ActResult, CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command } from 'commander';
import { printResult, say, tell } from '../console';
import { type ChangeOptions, operator, usage, withChange } from '../options';
import { showProgress } from '../progress';
import { readScoreFile, type ScoreLine, UnreadableFile } from '../score-file';
import { onSystem } from '../system';

/** Per call: below the limit of a request to a running standalone. */
const MOST_ROWS = 1_000;
const MOST_CHARACTERS = 48_000;

/** Of problems. */
const MOST_SHOWN = 20;

const REASONS: Readonly<Record<string, string>> = {
  'key-conflict': 'another total was imported from this source before',
  'total-limit': 'the total would exceed 2^53-1',
};

const AFTER = `
The file is CSV with the header userId,score. It is checked as a whole before anything
is imported. A user's total is added once for each source, however often the file is
imported, so an interrupted import is simply repeated. Users with 0 points are skipped.

Examples:
  scoreboard import scores.csv --source legacy --dry-run
  scoreboard import scores.csv --source legacy --as ann`;

interface ImportOptions extends ChangeOptions {
  readonly source: string;
}

/** Named after what it does, because `import` is a reserved word. */
export const importScores = (): Command =>
  withChange(new Command('import'))
    .description("Adds the totals of another system: one event per user, in the history of DATABASE_URL or of a standalone's data in DATA_DIR.")
    .argument('<file>', 'a CSV file with the columns userId and score')
    .requiredOption('--source <name>', 'the name of the other system, 1 to 64 characters', sourceName)
    .addHelpText('after', AFTER)
    .action(async (file: string, { source, as, dryRun, json }: ImportOptions) => {
      const { users, withoutPoints } = await check(file);
      if (!users) throw new CommandFailed(`${file}: no user has points`, EXIT.notFound);
      await onSystem(['scores.import'], async (system) => {
        const order = { by: operator(as), dryRun, source };
        const sums = await importAll(file, users, (totals, begins) => system.run('scores.import', { ...order, ...(begins && { begins }), totals }, tell()));
        const { imported, repeated, refused } = sums;
        const others = `${repeated} had been imported before, ${withoutPoints} have no points`;
        printResult({ dryRun, ...sums, withoutPoints }, `${dryRun ? 'would import' : 'imported'} ${imported} users; ${others}`, json);
        for (const { line, userId, reason } of refused.slice(0, MOST_SHOWN)) say(`${file}:${line}: ${userId} was not imported: ${REASONS[reason] ?? reason}`);
        if (refused.length > MOST_SHOWN) say(`… and ${refused.length - MOST_SHOWN} more`);
        if (refused.length) process.exitCode = EXIT.failed;
      });
    });

function sourceName(text: string): string {
  if (ACTION_NAME.test(text)) return text;
  throw usage('--source: must be 1 to 64 characters of A-Z a-z 0-9 . _ : @ | + -, and start with a letter, a digit, _ or -');
}

/** Reads the whole file. Throws `CommandFailed` with the first problems, by line. */
async function check(file: string): Promise<{ readonly users: number; readonly withoutPoints: number }> {
  const problems: string[] = [];
  const lines = new Map<string, number>();
  let withoutPoints = 0;
  try {
    for await (const { line, userId, score, problem } of readScoreFile(file)) {
      const first = lines.get(userId);
      if (problem || first) problems.push(`${file}:${line}: ${problem ?? `userId: stands in line ${first} already`}`);
      lines.set(userId, first ?? line);
      if (score === 0) withoutPoints++;
      showProgress(lines.size, 'lines checked');
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    problems.push(error.message);
  }
  const more = problems.length - MOST_SHOWN;
  if (problems.length) throw new CommandFailed([...problems.slice(0, MOST_SHOWN), ...(more > 0 ? [`… and ${more} more`] : []), 'Nothing was imported.']);
  return { users: lines.size - withoutPoints, withoutPoints };
}

type Import = (totals: [userId: string, score: number][], begins?: { readonly users: number }) => Promise<ActResult<'scores.import'>>;

/** Imports the file in parts, with progress. Returns the sums, and the line of each refused user. */
async function importAll(file: string, users: number, run: Import) {
  const sums = { imported: 0, repeated: 0, refused: [] as { line: number; userId: string; reason: string }[] };
  let isFirst = true;
  for await (const part of partsOf(readScoreFile(file))) {
    const { imported, repeated, refused } = await run(part.map(({ userId, score }) => [userId, score]), isFirst ? { users } : undefined);
    isFirst = false;
    sums.imported += imported;
    sums.repeated += repeated;
    const lineOf = new Map(part.map(({ userId, line }) => [userId, line]));
    sums.refused.push(...refused.map(({ userId, reason }) => ({ line: lineOf.get(userId)!, userId, reason })));
    showProgress(sums.imported + sums.repeated + sums.refused.length, `of ${users} users`);
  }
  return sums;
}

async function* partsOf(lines: AsyncIterable<ScoreLine>): AsyncGenerator<ScoreLine[]> {
  let part: ScoreLine[] = [];
  let characters = 0;
  for await (const line of lines) {
    if (line.score === 0) continue;
    part.push(line);
    characters += line.userId.length + 22;
    if (part.length < MOST_ROWS && characters < MOST_CHARACTERS) continue;
    yield part;
    [part, characters] = [[], 0];
  }
  if (part.length) yield part;
}
