import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { commandIdFromKey } from '@scoreboard/application';
import { eventually } from '@scoreboard/harness';

const ACCEPTS_WITHIN_MS = 30_000;

/**
 * - `ok`: it was answered 201, so it must be applied, once
 * - `refused`: it surely was not taken, so it must never be applied
 * - `unknown`: nobody can tell yet; with a key it is sent again until it is ok
 */
export type Fate = 'ok' | 'refused' | 'unknown';

/** One update as its client means it, however often it is sent. */
export interface Entry {
  readonly number: number;
  readonly userId: string;
  /** Of an update without a key no other of this history has the same, so that it is found in the ledger. */
  readonly scoreIncrement: number;
  readonly subject: string;
  readonly key?: string;
  /** What a request that is bad on purpose must be answered. */
  readonly refusedWith?: number;
  /** Known beforehand only with a key. */
  commandId?: string;
  fate: Fate;
  /** Unix milliseconds of the first 201. */
  okAt?: number;
}

/** What came of one sending. */
export interface Outcome {
  /** 0: no answer. */
  readonly status: number;
  readonly fate: Fate;
  readonly commandId?: string;
  readonly ms: number;
  readonly error?: string;
}

/** Every attempt of one fault, also in a file: a line before it is sent, and a line with what came of it. */
export class History {
  readonly entries: Entry[] = [];
  readonly path: string;
  /** Answers that must not be given, whatever is broken. */
  readonly wrong: string[] = [];
  /** Sendings of which nobody could tell at first. */
  doubts = 0;
  /** Sendings of good updates that surely were not taken. */
  refusals = 0;
  private readonly file: number;

  constructor(folder: string) {
    this.path = join(folder, 'history.jsonl');
    this.file = openSync(this.path, 'a');
  }

  add(update: Omit<Entry, 'number' | 'fate' | 'commandId'>): Entry {
    const commandId = update.key === undefined ? undefined : commandIdFromKey('', update.subject, update.key);
    const entry: Entry = { ...update, number: this.entries.length, commandId, fate: 'refused' };
    this.entries.push(entry);
    return entry;
  }

  sending(entry: Entry, to: string): void {
    this.write({ at: Date.now(), sending: entry.number, to, userId: entry.userId, scoreIncrement: entry.scoreIncrement, key: entry.key });
  }

  answered(entry: Entry, outcome: Outcome): void {
    this.write({ at: Date.now(), answered: entry.number, ...outcome });
    const expected = entry.refusedWith ?? 201;
    if (![0, 503, expected].includes(outcome.status)) this.wrong.push(`update ${entry.number} was answered ${outcome.status} instead of ${expected}`);
    if (outcome.fate === 'unknown') this.doubts++;
    if (outcome.fate === 'refused' && entry.refusedWith === undefined) this.refusals++;
    if (outcome.fate === 'ok') {
      entry.okAt ??= Date.now();
      entry.commandId ??= outcome.commandId;
      if (entry.commandId !== outcome.commandId) this.wrong.push(`update ${entry.number} got the command id ${outcome.commandId}, not ${entry.commandId}`);
    }
    // What is bad on purpose is refused, heard or not.
    if (entry.refusedWith !== undefined && outcome.fate !== 'ok') return;
    // Once durable it stays so; once in doubt, a later refusal says nothing of the earlier sending.
    if (entry.fate === 'ok' || (entry.fate === 'unknown' && outcome.fate === 'refused')) return;
    entry.fate = outcome.fate;
    entry.commandId ??= outcome.commandId;
  }

  /** Waits up to half a minute for the next accepted update. Resolves with the milliseconds since `since` (Unix milliseconds); Infinity if none was accepted. */
  async nextOk(since: number): Promise<number> {
    let first = Infinity;
    const isAccepted = () => (first = Math.min(...this.entries.map(({ okAt = 0 }) => (okAt >= since ? okAt : Infinity)))) < Infinity;
    await eventually(isAccepted, ACCEPTS_WITHIN_MS, 20);
    return first - since;
  }

  count(fate: Fate): number {
    return this.entries.filter((entry) => entry.fate === fate).length;
  }

  /** What is still to be sent again. */
  unsettled(): Entry[] {
    return this.entries.filter((entry) => entry.fate === 'unknown' && entry.key !== undefined);
  }

  close(): void {
    closeSync(this.file);
  }

  private write(line: object): void {
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }
}
