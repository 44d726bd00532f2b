import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@scoreboard/harness';
import { serve } from '../child';
import { machineTime } from '../clock';
import { RawClient, type Target } from './raw-client';

/** For each board, by the probe's score, when the clients had it: milliseconds of the machine. */
export type Arrivals = Readonly<Record<number, readonly number[]>>;

/** Handshakes under way at a time. */
const STEP = 100;
const JOIN_WITHIN_MS = 30_000;
const HOLD_WITHIN_MS = 120_000;
const SHOWN_WITHIN_MS = 10_000;
/** As Socket.IO's client comes back: after a second, then after twice as long each time up to five, each time half as long less or more. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 5_000;
const RETRY_SPREAD = 0.5;

interface Place {
  client: RawClient;
  /** The newest score that it holds, and since when, in milliseconds of the machine. */
  score: number;
  since: number;
}

let target: Target;
/** Of which each client watches one, in turn. */
let boards: readonly (string | undefined)[] = [];
let comers = 0;
let arrivals: Record<number, number[]> = {};
let bytes = 0;
let onBoard = (): void => undefined;
const places: Place[] = [];
const starers: Place[] = [];

/** Resolves when it is let in: into the namespace of Socket.IO, or by the first board. */
function come(place: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('nobody let it in')), JOIN_WITHIN_MS).unref();
    const letIn = () => {
      clearTimeout(timer);
      resolve();
    };
    place.score = 0;
    place.client = new RawClient({ ...target, board: boards[comers++ % boards.length] }, {
      joined: letIn,
      received: (count) => (bytes += count),
      board: (score) => {
        const now = machineTime();
        if (place.score) (arrivals[score] ??= []).push(now);
        if (score > place.score) place.since = now;
        place.score = score;
        letIn();
        onBoard();
      },
      // Both of no consequence for one that was let in.
      gone: (why) => reject(new Error(`not let in: ${why}`)),
    });
  });
}

async function comeBack(place: Place, score: number): Promise<number> {
  const cutAt = machineTime();
  place.client.cut();
  place.score = 0;
  for (let wait = RETRY_MS, isBack = false; !isBack; wait = Math.min(2 * wait, MAX_RETRY_MS)) {
    await delay(wait * (1 + RETRY_SPREAD * (2 * Math.random() - 1)));
    isBack = await come(place).then(() => true, () => false); // tried again, as a client does
  }
  await until('a board newer than the cut', HOLD_WITHIN_MS, () => place.score > score);
  return machineTime() - cutAt;
}

async function joinInSteps(count: number, into: Place[]): Promise<void> {
  for (let left = count; left > 0; left -= STEP) {
    const step = Array.from({ length: Math.min(STEP, left) }, () => ({ score: 0 }) as Place);
    into.push(...step);
    await Promise.all(step.map(come));
  }
}

const jobs = {
  async join(clients: number, to: Target, watched: readonly (string | undefined)[] = []): Promise<void> {
    [target, boards] = [to, watched];
    await joinInSteps(clients, places);
  },

  /** That many more, who are let in and then read nothing. */
  async stare(clients: number): Promise<void> {
    await joinInSteps(clients, starers);
    for (const { client } of starers) client.stopReading();
  },

  /** Waits until all who read hold the board with this score; answers with what has come since the last such job. */
  async hold(score: number): Promise<Arrivals> {
    await until(`every client holds the board ${score}`, HOLD_WITHIN_MS, () => places.every((place) => place.score >= score));
    const past = arrivals;
    arrivals = {};
    return past;
  },

  /** When the first client was shown this score or a higher one, in milliseconds of the machine; after 10 s without, that moment. */
  async shown(score: number): Promise<number> {
    const [first] = places;
    const isShown = new Promise<void>((resolve) => {
      onBoard = () => void (first!.score >= score && resolve());
      onBoard();
    });
    const isLate = await Promise.race([isShown, delay(SHOWN_WITHIN_MS, true)]);
    return isLate ? machineTime() : first!.since;
  },

  /** What all clients received since the last such job. */
  received(): number {
    const past = bytes;
    bytes = 0;
    return past;
  },

  /** Cuts that many connections at once; answers with the ms each took until it was back, on a board newer than this score. */
  cut: (clients: number, score: number): Promise<number[]> => Promise.all(places.slice(0, clients).map((place) => comeBack(place, score))),

  /** For so long clients go and others come in their place; answers with how many did. */
  async churn(perSecond: number, seconds: number): Promise<number> {
    let changes = 0;
    for (const end = Date.now() + seconds * 1_000; Date.now() < end; await delay(50)) {
      const going = Array.from({ length: Math.round(perSecond / 20) }, (_, i) => places[(changes + i) % places.length]!);
      for (const place of going) place.client.cut();
      await Promise.all(going.map(come));
      changes += going.length;
    }
    return changes;
  },

  leave(): void {
    for (const { client } of starers.splice(0)) client.cut();
  },
};
export type CrowdJobs = typeof jobs;
serve(jobs);
