import { randomUUID } from 'node:crypto';
import { QueueProgress } from './keep-boards';

/** What a worker knows about the messages of a shared queue. */
export interface Deliveries {
  /** Number of messages that no worker has yet; undefined if the broker does not answer. */
  countReady(): Promise<number | undefined>;
  /** Age in seconds of the oldest command that waits in this worker; 0 if none waits. */
  oldestAgeSeconds(): number;
  /** How many times messages of this worker went back to the queue. */
  returns(): number;
}

/** What a worker has, as it reports it. Times are ages in ms, because the clocks of two machines differ. */
export interface WorkerReport {
  /** Age of the oldest command that waits in it; absent if none waits. */
  readonly heldMs?: number;
  /** How long ago it saw that all messages were with workers: the last moments in which it did. */
  readonly emptyMs: readonly number[];
  /** How long ago messages that it had may have gone back to the queue. */
  readonly returnedMs?: number;
  /** It has ended, and has no messages. */
  readonly hasLeft: boolean;
}

/** What each worker reported last, in the ledger's database. */
export abstract class WorkerReports {
  abstract write(worker: string, report: WorkerReport): Promise<void>;

  /** Whether the reports show that every command accepted before `moment`, in ms since the Unix epoch, is applied or rejected. */
  abstract showAppliedUpTo(moment: number): Promise<boolean>;
}

/** How long a worker's look at the queue is kept, so that the others can report what they had after it. */
const KEPT_MS = 3_500;

/**
 * How far the workers of one queue have applied it together. Each of them reports once a second what it has.
 *
 * Everything accepted before a moment is applied if, some time after it, all messages were with workers, and since then every one of them reported
 * that it has nothing so old. A worker that falls silent may have had something: for a minute nothing is certain, until the broker has given
 * its messages to others.
 */
export class WorkerProgress extends QueueProgress {
  private readonly worker = randomUUID();
  /** When it saw that all messages were with workers. */
  private emptyAts: readonly number[] = [];
  private returnedAt?: number;
  private returns = 0;

  constructor(
    private readonly reports: WorkerReports,
    private readonly deliveries: Deliveries,
  ) {
    super();
  }

  /** Call it about once a second. */
  async report(): Promise<void> {
    const began = performance.now();
    const isEmpty = (await this.deliveries.countReady()) === 0;
    this.emptyAts = [...this.emptyAts, ...(isEmpty ? [began] : [])].filter((at) => began - at < KEPT_MS);
    if (this.deliveries.returns() !== this.returns) this.returnedAt = performance.now();
    this.returns = this.deliveries.returns();
    const heldMs = this.deliveries.oldestAgeSeconds() * 1_000;
    await this.reports.write(this.worker, { heldMs: heldMs || undefined, emptyMs: this.emptyAts.map(ageOf), returnedMs: this.returnedAt === undefined ? undefined : ageOf(this.returnedAt), hasLeft: false });
  }

  /** Call it when the worker has closed its subscription. */
  leave(): Promise<void> {
    return this.reports.write(this.worker, { emptyMs: [], returnedMs: 0, hasLeft: true });
  }

  isAppliedUpTo(moment: number): Promise<boolean> {
    return this.reports.showAppliedUpTo(moment);
  }
}

const ageOf = (at: number): number => performance.now() - at;
