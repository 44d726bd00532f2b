import { type DeadLetter, DeadLetters, decodeMessage, encodeTime, MESSAGE_VERSION, type ScoreQueue, shownContent } from '@scoreboard/application';
import type { RejectionReason, ScoreCommand } from '@scoreboard/domain';
import type { DeadLetterFile } from './dead-letter-file';

/** Maximum length of a line that is parsed: far more than a command needs. */
const MAX_LINE_LENGTH = 65_536;

/** Number of commands submitted at once. */
const CHUNK = 500;

interface Letter extends DeadLetter {
  readonly command?: ScoreCommand;
}

/** `DeadLetters` of a process without a broker. Calls that change letters run one at a time. */
export class FileDeadLetters extends DeadLetters {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly file: DeadLetterFile,
    /** Receives replayed commands. Absent if the standalone is not running; then `replay` throws. */
    private readonly queue?: Pick<ScoreQueue, 'submit'>,
  ) {
    super();
  }

  async *list(): AsyncGenerator<DeadLetter> {
    for await (const line of this.file.lines()) {
      const { command: _, ...letter } = read(line);
      yield letter;
    }
  }

  replay(commandId?: string): Promise<number> {
    return this.inTurn(async () => {
      if (!this.queue) throw new Error('only the running standalone can replay dead letters: start it first');
      const wanted = await this.wanted(commandId);
      const queued = new Set<number>();
      try {
        for (let at = 0; at < wanted.length; at += CHUNK) await this.submit(wanted.slice(at, at + CHUNK), queued);
      } finally {
        // Commands that were rejected again meanwhile were appended after these lines.
        if (queued.size) await this.file.rewrite((line, place) => (queued.has(place) ? undefined : line));
      }
      return queued.size;
    });
  }

  drop(commandId?: string): Promise<number> {
    return this.inTurn(() => this.file.rewrite((line) => (commandId === undefined || read(line).commandId === commandId ? undefined : line)));
  }

  private async wanted(commandId: string | undefined): Promise<{ readonly place: number; readonly command: ScoreCommand }[]> {
    const wanted: { place: number; command: ScoreCommand }[] = [];
    let place = -1;
    for await (const line of this.file.lines()) {
      place++;
      const { command } = read(line);
      if (command && (commandId === undefined || command.commandId === commandId)) wanted.push({ place, command });
    }
    return wanted;
  }

  /** Throws the first refusal after all commands have been answered. */
  private async submit(letters: readonly { readonly place: number; readonly command: ScoreCommand }[], queued: Set<number>): Promise<void> {
    const answers = await Promise.allSettled(letters.map(({ command }) => this.queue!.submit(command)));
    answers.forEach(({ status }, at) => status === 'fulfilled' && queued.add(letters[at]!.place));
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined); // the caller gets the error; the next call continues
    return done;
  }
}

/** Parses a line of the file. A line truncated by a crash is malformed and holds no command. */
function read(line: string): Letter {
  const json = line.length <= MAX_LINE_LENGTH ? parse(line) : undefined;
  if (!json) return { reason: 'malformed' satisfies RejectionReason, problem: 'not a valid line of the dead-letter file', content: shownContent(line) };
  const { at, reason, traceId, issuer, acceptedAt, command } = json;
  const content = JSON.stringify(command);
  const beside = { ids: hex(traceId), issuers: hex(issuer), times: isTime(acceptedAt) ? hex(encodeTime(acceptedAt)) : undefined };
  const [found] = decodeMessage(Buffer.from(`{"v":${MESSAGE_VERSION},"commands":[${content}]}`), beside).commands;
  return {
    reason,
    at,
    ...(found ? { commandId: found.commandId, command: found } : {}),
    ...(typeof traceId === 'string' ? { traceId } : {}),
    content: shownContent(content),
  };
}

const isTime = (ms: unknown): ms is number => Number.isSafeInteger(ms) && (ms as number) >= 0;
const hex = (digits: unknown): Buffer | undefined => (typeof digits === 'string' ? Buffer.from(digits, 'hex') : undefined);

function parse(line: string): { readonly at: string; readonly reason: string; readonly traceId?: unknown; readonly issuer?: unknown; readonly acceptedAt?: unknown; readonly command: unknown } | undefined {
  try {
    const json = JSON.parse(line) as { readonly reason?: unknown; readonly command?: unknown } | null;
    return typeof json?.reason === 'string' && json.command !== undefined ? (json as ReturnType<typeof parse>) : undefined;
  } catch {
    return undefined; // reported as a malformed letter
  }
}
