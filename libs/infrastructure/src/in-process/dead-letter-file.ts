import { type FileHandle, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bare, renameInLetter, type PersonalData } from '@scoreboard/application';
import type { Rejection } from '@scoreboard/domain';

/** Returns the new content of a line; undefined removes the line. */
type Change = (line: string, place: number) => string | undefined;

/** Number of lines per write when the file is rewritten. */
const CHUNK = 1_000;

/**
 * Dead letters of a process without a broker: one JSON object per line, `{at, reason, traceId?, issuer?, acceptedAt?, command}`. New letters are
 * appended; changing lines rewrites the whole file. Writes are serialized within this process, and no other process may write the file.
 */
export class DeadLetterFile implements PersonalData {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly path: string) {}

  /** Appends letters; they are on disk on return. Repeated letters are appended again. */
  readonly storeDeadLetters = (rejections: readonly Rejection[]): Promise<void> =>
    this.inTurn(async () => {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      const at = new Date().toISOString();
      const lines = rejections.map(({ reason, command }) => `${JSON.stringify({ at, reason, traceId: command.trace?.id, issuer: command.issuerDigest, acceptedAt: command.acceptedAt, command: bare(command) })}\n`);
      const file = await open(this.path, 'a+', 0o600);
      try {
        // Ends a line that a crash has truncated, so that the next line is complete.
        await file.appendFile((await endsInLine(file)) ? lines.join('') : `\n${lines.join('')}`);
        await file.sync();
      } finally {
        await file.close();
      }
    });

  /** The lines of the file as it is now; later changes are not included. Line numbers stay valid until the next `rewrite`. */
  async *lines(): AsyncGenerator<string> {
    yield* linesOf(await this.inTurn(() => openAsItStands(this.path)));
  }

  /** Changes lines atomically: all or none. Resolves with the number of changed lines. */
  rewrite(change: Change): Promise<number> {
    return this.inTurn(async () => {
      const changed = await this.writeAnew(change);
      await (changed ? rename(`${this.path}.new`, this.path) : unlink(`${this.path}.new`));
      return changed;
    });
  }

  async count(userId: string): Promise<number> {
    let count = 0;
    for await (const line of this.lines()) if (renameInLetter(line, userId, '') !== undefined) count++;
    return count;
  }

  rename(userId: string, pseudonym: string): Promise<number> {
    return this.rewrite((line) => renameInLetter(line, userId, pseudonym) ?? line);
  }

  private async writeAnew(change: Change): Promise<number> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = await open(`${this.path}.new`, 'w', 0o600);
    try {
      const chunk: string[] = [];
      let [place, changed] = [0, 0];
      for await (const line of linesOf(await openAsItStands(this.path))) {
        const becomes = change(line, place++);
        if (becomes !== line) changed++;
        if (becomes !== undefined) chunk.push(`${becomes}\n`);
        if (chunk.length === CHUNK) await file.appendFile(chunk.splice(0).join(''));
      }
      await file.appendFile(chunk.join(''));
      await file.sync();
      return changed;
    } finally {
      await file.close();
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined); // the caller gets the error; the next call continues
    return done;
  }
}

/** Undefined if the file does not exist. */
async function openAsItStands(path: string): Promise<{ readonly file: FileHandle; readonly size: number } | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return file && { file, size: (await file.stat()).size };
}

async function* linesOf(opened: Awaited<ReturnType<typeof openAsItStands>>): AsyncGenerator<string> {
  if (!opened) return;
  if (opened.size === 0) return opened.file.close();
  let rest = '';
  // The stream closes the file in every case.
  for await (const chunk of opened.file.createReadStream({ encoding: 'utf8', end: opened.size - 1 }) as AsyncIterable<string>) {
    const [end, ...lines] = chunk.split('\n') as [string, ...string[]];
    rest += end;
    for (const line of lines) {
      yield rest;
      rest = line;
    }
  }
  if (rest) yield rest;
}

async function endsInLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() === '\n';
}
