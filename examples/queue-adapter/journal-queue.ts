import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BatchProcessor, type ConsumerHandle, type ProcessBatch, PublishQueue, type Rejection, type ScoreCommand, type ScoreboardEvents, ScoreQueue, type ScoreQueueStats } from '@scoreboard/nest';

export interface JournalQueueOptions {
  /** The journal; dead letters go to a file of the same name with `.dead`. One process may use it at a time. */
  readonly file: string;
  readonly events?: ScoreboardEvents;
  /** Unanswered commands, at most; more are refused. Default: 20,000. */
  readonly maxOutstanding?: number;
  /** Commands per batch, at most. Default: 500. */
  readonly maxBatch?: number;
}

/** A command in the journal, and when it came. */
interface Entry {
  readonly command: ScoreCommand;
  readonly at: number;
}

/** More commands than this are not held in memory: updates are refused until the worker has caught up. */
const MOST_WAITING = 100_000;

/**
 * A `ScoreQueue` in a file: a command is durable when its line is on the disk, and commands that arrive while the disk writes share the next
 * write. A line `{"done": 3}` says that the oldest three are applied. After a crash, what is not done is delivered again.
 */
export class JournalQueue extends ScoreQueue implements OnApplicationShutdown {
  private readonly publishing: PublishQueue;
  private readonly processor = new BatchProcessor(new Logger('JournalQueue'));
  /** In the journal and not done; the oldest first. */
  private readonly waiting: Entry[];
  private readonly consumers: ConsumerHandle[] = [];
  private file?: Promise<FileHandle>;
  private writing?: Promise<void>;
  private consuming: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;
  private isClosed = false;

  constructor(private readonly options: JournalQueueOptions) {
    super();
    this.publishing = new PublishQueue(options.maxOutstanding ?? 20_000, 2_000);
    this.waiting = readJournal(options.file);
  }

  submit(command: ScoreCommand): Promise<void> {
    if (this.isClosed) return this.publishing.refuse('This process is shutting down.');
    if (this.waiting.length >= MOST_WAITING) return this.publishing.refuse('Too many commands are waiting to be applied.');
    const receipt = this.publishing.add(command);
    this.writing ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.writeAll());
    return receipt;
  }

  async consume(process: ProcessBatch): Promise<ConsumerHandle> {
    const stop = new AbortController();
    // One consumer at a time; the next one starts when this one is closed.
    const running = (this.consuming = this.consuming.then(() => this.deliver(process, stop.signal)));
    const handle = {
      close: () => {
        stop.abort();
        this.wake();
        return running;
      },
    };
    this.consumers.push(handle);
    return handle;
  }

  isUp(): boolean {
    return !this.publishing.isStalled;
  }

  stats(): ScoreQueueStats {
    const { outstanding: unconfirmed, confirmed, refused, unknown } = this.publishing;
    const { batches, failures, deadLettered } = this.processor;
    const [oldest] = this.waiting;
    const oldestAgeSeconds = oldest ? (Date.now() - oldest.at) / 1_000 : 0;
    return { unconfirmed, oldestAgeSeconds, confirmed, refused, unknown, batches, failures, deadLettered, channelReopens: 0, publishConnected: true, consumeConnected: true, blocked: false };
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    await this.writing;
    await Promise.all(this.consumers.map((consumer) => consumer.close()));
    this.publishing.close('This process is shutting down.');
    await (await this.file)?.close();
  }

  private async writeAll(): Promise<void> {
    while (this.publishing.waitingCount > 0) {
      const batch = this.publishing.take(this.publishing.waitingCount);
      const entries = batch.commands.map((command) => ({ command, at: Date.now() }));
      try {
        await this.append(entries);
        this.waiting.push(...entries);
        this.options.events?.emit('message.confirmed', { seconds: batch.ageMs() / 1_000 });
        batch.confirm();
        this.wake();
      } catch {
        batch.fail('unknown', 'The journal cannot be written.');
      }
    }
    this.writing = undefined;
  }

  private async deliver(process: ProcessBatch, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      if (!this.waiting.length) await new Promise<void>((resolve) => (this.wake = resolve));
      const entries = this.waiting.slice(0, this.options.maxBatch ?? 500);
      if (stop.aborted || !entries.length) continue;
      const commands = entries.map(({ command }) => command);
      const storeDeadLetters = (rejections: readonly Rejection[]) => this.storeDeadLetters(rejections);
      if (!(await this.processor.run(process, { commands, storeDeadLetters, isWanted: () => true }, stop))) continue;
      // If this line is lost, the batch is delivered again, and the ledger counts it once.
      await this.append([{ done: entries.length }]).catch((error: Error) => new Logger('JournalQueue').warn(error.message));
      this.waiting.splice(0, entries.length);
      this.options.events?.emit('message.applied', { seconds: (Date.now() - entries[0]!.at) / 1_000 });
    }
  }

  /** A line that a crash cut off is ended first. */
  private async append(lines: readonly object[]): Promise<void> {
    const file = await (this.file ??= open(this.options.file, 'a', 0o600));
    await file.appendFile(`\n${lines.map((line) => JSON.stringify(line)).join('\n')}`);
    await file.datasync();
  }

  private async storeDeadLetters(rejections: readonly Rejection[]): Promise<void> {
    if (!rejections.length) return;
    const file = await open(`${this.options.file}.dead`, 'a', 0o600);
    await file.appendFile(rejections.map((rejection) => `${JSON.stringify(rejection)}\n`).join(''));
    await file.sync().finally(() => file.close());
  }
}

/** What is not done. The journal begins anew with it, so that it does not grow forever. */
function readJournal(file: string): Entry[] {
  const entries: Entry[] = [];
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    const read = parse(line);
    if (read?.done) entries.splice(0, read.done);
    else if (read?.command) entries.push(read as Entry);
  }
  writeFileSync(file, entries.map((entry) => `\n${JSON.stringify(entry)}`).join(''), { mode: 0o600 });
  return entries;
}

/** Undefined for a line that a crash cut off: its command was never confirmed. */
function parse(line: string): (Partial<Entry> & { readonly done?: number }) | undefined {
  try {
    return line ? (JSON.parse(line) as Partial<Entry> & { readonly done?: number }) : undefined;
  } catch {
    return undefined;
  }
}
