import { randomUUID } from 'node:crypto';
import { BEFORE_ALL_EVENTS, type EventPosition, type LedgerEvent, LedgerEvents, positionBefore } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { backoff, pause, within } from '../scores/backoff';
import { type ConsumerDefinition, type ConsumerTiming, problemOf } from './consumer-definition';
import { type ConsumerLease, EventConsumers, type SetAsideEvent } from './event-consumers';
import { HintedPause } from './hinted-pause';

/** How many events are read at once. */
const PAGE = 200;
/** The position is stored at least this often while a page is processed. */
const STORE_MS = 1_000;
/** At least this long between two reads that find little, however many hints come. */
const LEAST_PAUSE_MS = 50;
/** How long a handler may go on when the process ends. */
const FINISH_MS = 4_000;

/**
 * Gives the events of the ledger to a handler: in order, at least once, in one process at a time.
 *
 * The process that holds the lease reads pages after the stored position and stores how far it came. A failed event is tried again after a pause that
 * grows, and everything behind it waits; after `maxTries` it is set aside and the next one follows. Of a batch that failed, each event is tried alone.
 * A handler that never ends holds up its consumer, and no other.
 */
export class LedgerConsumer {
  /** Since the start of this process. */
  readonly stats = { processed: 0, failures: 0 };
  private readonly by;
  private readonly ending = new AbortController();
  private handling = new AbortController();
  private running?: Promise<void>;
  private lease?: ConsumerLease & { readonly renewAt: number; readonly retryAt: number };
  private leaseEnds = 0;
  private storedAt = 0;
  /** When the oldest event that is not processed happened, in ms since the Unix epoch. */
  private oldestAt?: number;
  private readonly rest = new HintedPause();

  constructor(
    readonly definition: ConsumerDefinition,
    private readonly events: LedgerEvents,
    private readonly consumers: EventConsumers,
    private readonly errors: ErrorReporter,
    private readonly timing: ConsumerTiming,
  ) {
    this.by = { consumer: definition.name, holder: randomUUID() };
  }

  /** Age of the oldest event that waits. 0: none waits. Undefined: another process has the lease. */
  get lagSeconds(): number | undefined {
    if (!this.lease) return undefined;
    return this.oldestAt === undefined ? 0 : Math.max(0, (Date.now() - this.oldestAt) / 1_000);
  }

  get setAside(): number | undefined {
    return this.lease?.setAside;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** There may be new events. A process without the lease only looks for the lease. */
  hint(): void {
    if (this.lease) this.rest.hint();
  }

  /** Lets the handler finish, or aborts it after four seconds, and gives the lease to another process. */
  async stop(): Promise<void> {
    this.ending.abort();
    await within(FINISH_MS, this.running ?? Promise.resolve());
    this.handling.abort();
    await within(FINISH_MS / 4, this.running ?? Promise.resolve());
    if (this.lease) await within(FINISH_MS / 4, this.consumers.release(this.by));
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    for (let faults = 0; !signal.aborted; ) {
      try {
        await this.rest.wait(LEAST_PAUSE_MS, await this.turn(), signal);
        faults = 0;
      } catch (error) {
        // The store is away; the lease may be lost by the time it is back.
        this.lease = undefined;
        this.errors.report(`the consumer ${this.definition.name} cannot reach the ledger`, error);
        await pause(backoff(faults++, 100, 5_000), signal);
      }
    }
  }

  /** Does what there is to do, and resolves with how long to wait, in ms. */
  private async turn(): Promise<number> {
    const lease = await this.claimed();
    if (!lease) return this.timing.leaseMs / 3;
    for (const event of lease.retries) await this.retry(event);
    if (lease.retries.length) this.lease = { ...lease, retries: [], renewAt: 0 };
    const wait = lease.retryAt - Date.now();
    if (wait > 0) return Math.min(wait, this.timing.idleMs);
    const { events, next } = await this.events.read(lease.position, PAGE, this.definition.types);
    this.oldestAt = events[0]?.at.getTime();
    if (!events.length) return this.skipTo(next, lease);
    return (await this.process(events, lease)) ? LEAST_PAUSE_MS : 0;
  }

  private async claimed() {
    if (this.lease && Date.now() < this.lease.renewAt) return this.lease;
    if (!this.lease) await this.consumers.create(this.definition.name, () => this.startPosition());
    const { leaseMs } = this.timing;
    const asked = Date.now();
    const claimed = await this.consumers.claim(this.by, leaseMs);
    this.leaseEnds = claimed ? asked + leaseMs : 0;
    this.lease = claimed && { ...claimed, renewAt: asked + leaseMs / 3, retryAt: asked + claimed.retryInMs };
    return this.lease;
  }

  private startPosition(): Promise<EventPosition> {
    return this.definition.startFrom === 'now' ? this.events.latest(this.definition.types) : Promise.resolve(BEFORE_ALL_EVENTS);
  }

  /** What is between was of other types, so it may be read again. */
  private async skipTo(next: EventPosition, lease: NonNullable<typeof this.lease>): Promise<number> {
    if (next.sequence === lease.position.sequence && next.place === lease.position.place) return this.timing.idleMs;
    if (Date.now() - this.storedAt >= STORE_MS) await this.advance(next);
    else this.lease = { ...lease, position: next };
    return LEAST_PAUSE_MS;
  }

  /** Resolves with whether all were processed. */
  private async process(events: readonly LedgerEvent[], lease: ConsumerLease): Promise<boolean> {
    const size = lease.failures ? 1 : this.definition.batchSize;
    let { failures } = lease;
    let done = lease.position;
    for (let i = 0; i < events.length && !this.ending.signal.aborted; i += size) {
      if (Date.now() >= this.leaseEnds) break; // the process was paused: another one may be at work
      const batch = events.slice(i, i + size);
      this.oldestAt = batch[0]!.at.getTime();
      const problem = await this.handle(batch);
      if (this.handling.signal.aborted) break; // not a failure of the event
      if (problem !== undefined) return this.failed(batch, done, failures + 1, problem);
      failures = 0;
      done = batch.at(-1)!;
      this.stats.processed += batch.length;
      if (Date.now() - this.storedAt >= STORE_MS && !(await this.advance(done))) return false;
    }
    if (await this.advance(done)) this.oldestAt = undefined;
    return events.length < PAGE;
  }

  private async advance({ sequence, place }: EventPosition): Promise<boolean> {
    const asked = Date.now();
    const isHeld = await this.consumers.advance(this.by, { sequence, place }, this.timing.leaseMs);
    this.leaseEnds = isHeld ? asked + this.timing.leaseMs : 0;
    this.storedAt = Date.now();
    this.lease = isHeld ? { ...this.lease!, position: { sequence, place }, failures: 0, retryAt: 0 } : undefined;
    return isHeld;
  }

  /** False: look again at once. */
  private async failed(batch: readonly LedgerEvent[], done: EventPosition, failures: number, problem: string): Promise<false> {
    const { maxTries, retryMs: [first, most] } = this.definition;
    if (batch.length === 1 && failures >= maxTries) await this.consumers.setAside(this.by, batch[0]!, failures, problem);
    else await this.consumers.fail(this.by, done, Math.round(backoff(failures - 1, first, most)), problem);
    if (this.lease) this.lease = { ...this.lease, renewAt: 0 };
    return false;
  }

  private async retry(position: SetAsideEvent): Promise<void> {
    const { events } = await this.events.read(positionBefore(position), 1, [position.type]);
    const [event] = events.filter(({ sequence, place }) => sequence === position.sequence && place === position.place);
    await this.consumers.retried(this.by.consumer, position, event ? await this.handle([event]) : undefined);
  }

  /** Calls the handler and keeps the lease meanwhile. Resolves with the problem, if there is one. */
  private async handle(batch: readonly LedgerEvent[]): Promise<string | undefined> {
    this.handling = new AbortController();
    const { leaseMs } = this.timing;
    const keep = setInterval(() => void this.keepLease(leaseMs), leaseMs / 3);
    try {
      await this.definition.handle(batch, this.handling.signal);
      return undefined;
    } catch (error) {
      this.stats.failures++;
      this.errors.report(`the consumer ${this.definition.name} failed`, error);
      return problemOf(error, batch);
    } finally {
      clearInterval(keep);
    }
  }

  private async keepLease(leaseMs: number): Promise<void> {
    const asked = Date.now();
    try {
      if (await this.consumers.claim(this.by, leaseMs)) this.leaseEnds = asked + leaseMs;
      else this.handling.abort();
    } catch (error) {
      this.errors.report(`the consumer ${this.definition.name} cannot renew its lease`, error); // the next renewal may succeed
    }
  }
}
