import { Refusal, type ScoreCommand } from '@scoreboard/domain';

/** Deadlines that are at most this many ms apart are handled by the same timer. */
const TIMER_RESOLUTION_MS = 20;

interface PendingCommand {
  readonly command: ScoreCommand;
  readonly isAwaited: boolean;
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (refusal: Refusal) => void;
}

/** Commands that were taken from the queue together and get the same answer. */
export interface TakenBatch {
  readonly commands: readonly ScoreCommand[];
  /** Somebody waits until one of them is applied. */
  readonly isAwaited: boolean;
  /** Time in ms since the oldest of them was added. */
  ageMs(): number;
  /** Call this when they are durable. */
  confirm(): void;
  /** Call this when they are not durable (`refused`) or may be (`unknown`). */
  fail(outcome: 'refused' | 'unknown', detail: string): void;
}

interface Taken {
  readonly commands: readonly PendingCommand[];
  /** How many, from the front, have timed out and were answered. */
  expired: number;
}

/**
 * Commands on their way to a queue: every submitted command gets exactly one answer, before its deadline.
 *
 * First in, first out, so deadlines are in order and one timer, set for the oldest command, is enough. At its deadline a
 * waiting command is refused and removed. A command that was already taken is answered `unknown`, and its batch continues.
 */
export class PublishQueue {
  /** Unanswered commands. */
  outstanding = 0;
  confirmed = 0;
  refused = 0;
  unknown = 0;

  private readonly waiting: PendingCommand[] = [];
  private readonly taken = new Set<Taken>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly maxOutstanding: number,
    private readonly timeoutMs: number,
  ) {}

  get waitingCount(): number {
    return this.waiting.length;
  }

  /** A taken batch has timed out, so a command added now would probably time out too. */
  get isStalled(): boolean {
    for (const batch of this.taken) if (batch.expired > 0) return true;
    return false;
  }

  /** Resolves when the command's batch is confirmed. The command is copied. */
  add(command: ScoreCommand, isAwaited = false): Promise<void> {
    if (this.outstanding >= this.maxOutstanding) return this.refuse('Too many commands are waiting for confirmation.');
    return new Promise((resolve, reject) => {
      this.outstanding++;
      this.waiting.push({ command: { ...command }, isAwaited, deadline: performance.now() + this.timeoutMs, resolve, reject });
      this.timer ??= setTimeout(() => this.expire(), this.timeoutMs);
    });
  }

  /** Refuses a command without adding it. */
  refuse(detail: string): Promise<never> {
    this.refused++;
    return Promise.reject(unavailable('refused', detail));
  }

  /** Takes up to `count` from the front. */
  take(count: number): TakenBatch {
    const commands = this.waiting.splice(0, count);
    const batch: Taken = { commands, expired: 0 };
    this.taken.add(batch);
    return {
      commands: commands.map(({ command }) => command),
      isAwaited: commands.some((pending) => pending.isAwaited),
      ageMs: () => this.ageOf(commands),
      confirm: () => this.settle(batch, (pending) => this.confirm(pending)),
      fail: (outcome, detail) => this.settle(batch, (pending) => this.fail(pending, outcome, detail)),
    };
  }

  /** Age in ms of the oldest command that is waiting or taken, even if it was already answered; 0 if there is none. */
  get oldestAgeMs(): number {
    return Math.max(this.ageOf(this.waiting), ...[...this.taken].map((batch) => this.ageOf(batch.commands)));
  }

  /** Answers all open commands: waiting ones are refused, taken ones are `unknown`. */
  close(detail: string): void {
    clearTimeout(this.timer);
    for (const pending of this.waiting.splice(0)) this.fail(pending, 'refused', detail);
    for (const batch of this.taken) this.settle(batch, (pending) => this.fail(pending, 'unknown', detail));
  }

  private ageOf([oldest]: readonly PendingCommand[]): number {
    return oldest ? performance.now() - (oldest.deadline - this.timeoutMs) : 0;
  }

  private settle(batch: Taken, answer: (pending: PendingCommand) => void): void {
    if (!this.taken.delete(batch)) return;
    for (let i = batch.expired; i < batch.commands.length; i++) answer(batch.commands[i]!);
  }

  private confirm(pending: PendingCommand): void {
    this.outstanding--;
    this.confirmed++;
    pending.resolve();
  }

  private fail({ command, reject }: PendingCommand, outcome: 'refused' | 'unknown', detail: string): void {
    this.outstanding--;
    this[outcome]++;
    reject(unavailable(outcome, detail, command.commandId));
  }

  private expire(): void {
    const now = performance.now() + TIMER_RESOLUTION_MS;
    for (const batch of this.taken) {
      while ((batch.commands[batch.expired]?.deadline ?? Infinity) <= now) {
        this.fail(batch.commands[batch.expired++]!, 'unknown', 'The queue did not confirm the command in time.');
      }
    }
    const late = this.waiting.findIndex((pending) => pending.deadline > now);
    for (const pending of this.waiting.splice(0, late < 0 ? this.waiting.length : late)) {
      this.fail(pending, 'refused', 'The queue did not accept the command in time.');
    }
    const next = this.oldestDeadline();
    this.timer = next === Infinity ? undefined : setTimeout(() => this.expire(), next - performance.now());
  }

  private oldestDeadline(): number {
    let oldest = this.waiting[0]?.deadline ?? Infinity;
    for (const batch of this.taken) oldest = Math.min(oldest, batch.commands[batch.expired]?.deadline ?? Infinity);
    return oldest;
  }
}

const unavailable = (outcome: 'refused' | 'unknown', detail: string, commandId?: string): Refusal =>
  new Refusal('queue-unavailable', { outcome, retryAfter: 1, detail, ...(outcome === 'unknown' && { commandId }) });
