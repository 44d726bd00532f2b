import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { commandIdFromKey } from '@scoreboard/application';
import { eventually } from '@scoreboard/harness';
import { GIVE_UP_MS, postUpdate, token } from '../../driver/src/client';

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

/** What came of one sending; the status is 0 where there was no answer. */
export type Outcome = Readonly<{ status: number; fate: Fate; commandId?: string; ms: number; error?: string }>;

/** Sends an update once; never throws. `headers` and `body` win over what the entry says. */
export async function post(api: string, { subject, key, userId, scoreIncrement }: Entry, headers: Readonly<Record<string, string>> = {}, body?: string): Promise<Outcome> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const all = { ...(key !== undefined && { 'idempotency-key': key }), ...headers };
    const answer = await postUpdate(api, token(subject), body ?? { userId, scoreIncrement }, all, AbortSignal.timeout(GIVE_UP_MS));
    const { commandId, outcome } = answer.body as { readonly commandId?: string; readonly outcome?: 'refused' | 'unknown' };
    return { status: answer.status, ms: took(), commandId, fate: fateOf(answer.status, outcome) };
  } catch (error) {
    const { message, cause } = error as Error & { readonly cause?: { readonly code?: string } };
    // Nobody listened, so nothing was sent; in any other case it may have arrived.
    return { status: 0, ms: took(), fate: cause?.code === 'ECONNREFUSED' ? 'refused' : 'unknown', error: cause?.code ?? message };
  }
}

function fateOf(status: number, outcome: 'refused' | 'unknown' = 'unknown'): Fate {
  if (status === 201) return 'ok';
  if (status === 503) return outcome;
  return status < 500 ? 'refused' : 'unknown';
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

  /** As `post`, and notes it. */
  async send(api: string, entry: Entry, headers?: Readonly<Record<string, string>>, body?: string): Promise<Outcome> {
    this.sending(entry, api);
    const outcome = await post(api, entry, headers, body);
    this.answered(entry, outcome);
    return outcome;
  }

  sending({ number, userId, scoreIncrement, key }: Entry, to: string): void {
    this.write({ at: Date.now(), sending: number, to, userId, scoreIncrement, key });
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
