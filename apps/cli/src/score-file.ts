import { createReadStream } from 'node:fs';
import { MAX_TOTAL, USER_ID, USER_ID_RULE } from '@scoreboard/domain';
import { CsvError, type InfoRecord, parse } from 'csv-parse';
import { usage } from './options';

const COLUMNS = ['userId', 'score'] as const;

/** A line of a file of totals. */
export interface ScoreLine {
  /** From 1. */
  readonly line: number;
  readonly userId: string;
  readonly score: number;
  /** What is wrong with it. */
  readonly problem?: string;
}

/** Nothing can be read after this line. */
export class UnreadableFile extends Error {}

const REASONS: Readonly<Record<string, string>> = { ENOENT: 'no such file', EISDIR: 'it is a folder', EACCES: 'permission denied' };

/**
 * Reads a CSV file (RFC 4180, UTF-8) with the columns `userId` and `score`, in any order, as a stream. Empty lines are skipped, spaces around values
 * ignored. Throws a usage error if the file cannot be opened, `UnreadableFile` if it is not such a file.
 */
export async function* readScoreFile(path: string): AsyncGenerator<ScoreLine> {
  const parser = createReadStream(path)
    .on('error', (error: NodeJS.ErrnoException) => parser.destroy(usage(`${path}: cannot be read: ${REASONS[error.code ?? ''] ?? error.message}`)))
    .pipe(parse({ bom: true, info: true, skip_empty_lines: true, trim: true, relax_column_count: true, max_record_size: 10_000 }));
  let header: readonly string[] | undefined;
  try {
    for await (const { info, record } of parser as AsyncIterable<{ info: InfoRecord; record: readonly string[] }>) {
      if (header) yield lineOf(info.lines, header, record);
      else header = record;
      if (!isHeader(header)) break;
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UnreadableFile(`${path}:${(error as { lines?: number }).lines ?? 1}: ${error.message}`);
    throw error;
  }
  if (!header || !isHeader(header)) throw new UnreadableFile(`${path}:1: expected the header ${COLUMNS.join(',')}`);
}

const isHeader = (record: readonly string[]): boolean => record.length === COLUMNS.length && COLUMNS.every((name) => record.includes(name));

function lineOf(line: number, header: readonly string[], record: readonly string[]): ScoreLine {
  const [userId = '', score = ''] = COLUMNS.map((name) => record[header.indexOf(name)]);
  const problem = record.length === COLUMNS.length ? problemOf(userId, score) : `expected ${COLUMNS.length} values, found ${record.length}`;
  return { line, userId, score: Number(score), ...(problem && { problem }) };
}

function problemOf(userId: string, score: string): string | undefined {
  if (!USER_ID.test(userId)) return `userId: ${USER_ID_RULE}`;
  return /^\d{1,16}$/.test(score) && Number(score) <= MAX_TOTAL ? undefined : `score: must be a whole number from 0 to ${MAX_TOTAL}`;
}
