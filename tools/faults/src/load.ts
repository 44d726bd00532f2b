import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@scoreboard/harness';
import { get, token } from '../../driver/src/client';
import type { Entry, History } from './history';
import type { Random } from './random';

const PLAYERS = 12;
const RETRY_MS = 200;
const RETRIES_AT_ONCE = 40;
const SETTLED_WITHIN_MS = 60_000;

/** Of 100 actions. */
const SHARES = { twice: 5, bad: 5, keyless: 10, read: 10 };

/** No increment of an update with a key reaches this. */
const KEYLESS_FROM = 1_000_000;

export interface LoadOptions {
  readonly users: readonly string[];
  /** The first update of every user: puts him before all users of earlier faults. */
  readonly lead: number;
  /** Actions in a second, as long as they are answered at once. */
  readonly rate: number;
}

/**
 * Players who raise scores and read, as browsers behind a load balancer do: what nobody can tell of is sent again with
 * its key, on another api, until it is ok; of what was refused, one half is tried again and the other left.
 */
export class Load {
  /** The longest that an update took to be answered since this was last set to 0. */
  slowestMs = 0;
  private isOver = false;
  private isResting = false;
  private underWay = 0;
  private running: Promise<unknown> = Promise.resolve();
  private readonly again = new Set<Entry>();

  constructor(
    private readonly apis: readonly string[],
    private readonly options: LoadOptions,
    private readonly history: History,
    private readonly random: Random,
  ) {}

  /** Resolves when every user has his lead. */
  async start(): Promise<void> {
    const { users, lead } = this.options;
    const retrying = this.retry();
    await Promise.all(users.map((userId) => this.send(this.keyed(userId, lead), true)));
    // Two of them never score again, so they stay tied.
    this.running = Promise.all([retrying, ...Array.from({ length: PLAYERS }, () => this.play(users.slice(2)))]);
  }

  /** Ends the play and resolves when nothing is unknown any more that has a key; true unless that could not be had. */
  async stop(): Promise<boolean> {
    this.isOver = true;
    await this.running;
    return this.history.unsettled().length === 0;
  }

  /** Pauses the play; resolves when no update is under way or unknown, with what ends the pause. */
  async rest(): Promise<() => void> {
    this.isResting = true;
    await until('every update is settled', SETTLED_WITHIN_MS, () => !this.underWay && !this.again.size && !this.history.unsettled().length);
    return () => void (this.isResting = false);
  }

  private async play(users: readonly string[]): Promise<void> {
    const { random } = this;
    while (!this.isOver) {
      if (!this.isResting) await this.act(random.pick(users));
      await delay((PLAYERS / this.options.rate) * 1_000 * (0.5 + random.next()));
    }
  }

  private async act(userId: string): Promise<void> {
    const { random, history } = this;
    const increment = random.pick([1, 2, 5, 10, 50]);
    let roll = random.whole(0, 99);
    if ((roll -= SHARES.twice) < 0) {
      const entry = this.keyed(userId, increment);
      await Promise.all([this.send(entry, true), this.send(entry, true)]);
    } else if ((roll -= SHARES.bad) < 0) await this.sendBad(userId, increment);
    else if ((roll -= SHARES.keyless) < 0) await this.send(history.add({ userId, subject: userId, scoreIncrement: KEYLESS_FROM + history.entries.length }), false);
    else if ((roll -= SHARES.read) < 0) await this.read(userId);
    else await this.send(this.keyed(userId, increment), random.next() < 0.5);
  }

  private keyed(userId: string, scoreIncrement: number): Entry {
    return this.history.add({ userId, subject: userId, scoreIncrement, key: randomUUID() });
  }

  private async send(entry: Entry, isPersistent: boolean): Promise<void> {
    await this.attempt(entry);
    if (entry.fate === 'refused' && isPersistent) this.again.add(entry);
  }

  /** What must be refused: a wrong signature, a malformed body, an update for somebody else. */
  private sendBad(userId: string, scoreIncrement: number): Promise<void> {
    const body = this.random.pick(['{"userId":', '{}', JSON.stringify({ userId, scoreIncrement: -1 }), JSON.stringify({ userId, scoreIncrement: '5' })]);
    const bad: { refusedWith: number; subject?: string; headers?: Record<string, string>; body?: string } = this.random.pick([
      { refusedWith: 401, headers: { authorization: `Bearer ${token(userId).slice(0, -9)}AAAAAAAAA` } },
      { refusedWith: 400, body },
      { refusedWith: 403, subject: this.options.users[0]! },
    ]);
    const entry = this.history.add({ userId, scoreIncrement, key: randomUUID(), subject: bad.subject ?? userId, refusedWith: bad.refusedWith });
    return this.attempt(entry, bad.headers, bad.body);
  }

  /** Sends it to any api, with a retry to another. */
  private async attempt(entry: Entry, headers?: Record<string, string>, body?: string): Promise<void> {
    const api = this.apis[(entry.number + this.random.whole(0, 1)) % this.apis.length]!;
    this.underWay++;
    const { ms } = await this.history.send(api, entry, headers, body).finally(() => this.underWay--);
    this.slowestMs = Math.max(this.slowestMs, ms);
  }

  private async read(userId: string): Promise<void> {
    const path = this.random.pick(['top', 'top?limit=100', `users/${userId}`, `users/${userId}/around`, `users/${userId}/history`]);
    const { status } = await get(`${this.random.pick(this.apis)}/api/scores/${path}`, { authorization: `Bearer ${token(userId)}` });
    if (![0, 200, 404, 503].includes(status)) this.history.wrong.push(`GET ${path} was answered ${status}`);
  }

  private async retry(): Promise<void> {
    for (let deadline = Infinity; Date.now() < deadline; ) {
      if (this.isOver && deadline === Infinity) deadline = Date.now() + SETTLED_WITHIN_MS;
      const due = [...this.history.unsettled(), ...this.again].slice(0, RETRIES_AT_ONCE);
      due.forEach((entry) => this.again.delete(entry));
      if (this.isOver && !due.length) return;
      // In the end a refusal may stand.
      await Promise.all(due.map((entry) => this.send(entry, !this.isOver)));
      await delay(RETRY_MS * (0.5 + this.random.next()));
    }
  }
}
