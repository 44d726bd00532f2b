import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bare, type UserRecords } from '@scoreboard/application';
import type { Rejection } from '@scoreboard/domain';
import { renameInLetter } from './rename-in-letter';

/** Dead letters of a process that has no broker: one JSON object a line, `{at, reason, traceId?, command}`, only ever appended but by `rename`. */
export class DeadLetterFile implements UserRecords {
  constructor(private readonly path: string) {}

  /** On return they are on the disk. The same ones again are appended again. */
  readonly park = async (rejections: readonly Rejection[]): Promise<void> => {
    await mkdir(dirname(this.path), { recursive: true });
    const at = new Date().toISOString();
    const file = await open(this.path, 'a', 0o600);
    try {
      await file.appendFile(rejections.map(({ reason, command }) => `${JSON.stringify({ at, reason, traceId: command.trace?.id, command: bare(command) })}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  };

  /** All or none. Not while a process may append to it. */
  async rename(userId: string, pseudonym: string): Promise<number> {
    const lines = (await readFile(this.path, 'utf8').catch(nothingWhereMissing)).split('\n');
    const renamed = lines.map((line) => renameInLetter(line, userId, pseudonym));
    const count = renamed.filter((line) => line !== undefined).length;
    if (!count) return 0;
    const file = await open(`${this.path}.new`, 'w', 0o600);
    try {
      await file.writeFile(lines.map((line, i) => renamed[i] ?? line).join('\n'));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${this.path}.new`, this.path);
    return count;
  }
}

function nothingWhereMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
