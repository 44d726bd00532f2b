import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@scoreboard/harness';
import { RawClient, type Target } from '../raw-client';
import { machineTime } from './clock';

/** A process full of clients. Each job is answered by one message, an error by its text. */
export type CrowdJob =
  | { readonly do: 'join'; readonly target: Target; readonly clients: number }
  /** That many more, who are let in and then read nothing. */
  | { readonly do: 'stare'; readonly clients: number }
  /** Waits until all who read hold the board with this score; answers with `Arrivals` since the last such job. */
  | { readonly do: 'hold'; readonly score: number }
  /** Cuts that many connections at once; answers with the ms each took until it was back, on a board newer than this score. */
  | { readonly do: 'cut'; readonly clients: number; readonly score: number }
  /** For so long clients go and others come in their place; answers with how many did. */
  | { readonly do: 'churn'; readonly perSecond: number; readonly seconds: number }
  /** Those who stare go, or all. */
  | { readonly do: 'leave'; readonly who: 'starers' | 'all' };

/** For each board, by the probe's score, when the clients had it: milliseconds of the machine. */
export type Arrivals = Readonly<Record<number, readonly number[]>>;

/** Handshakes under way at a time. */
const STEP = 100;
const JOIN_WITHIN_MS = 30_000;
const HOLD_WITHIN_MS = 120_000;
/** As Socket.IO's client comes back: after a second, then after twice as long each time up to five, each time half as long less or more. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 5_000;
const RETRY_SPREAD = 0.5;

interface Place {
  client: RawClient;
  /** The newest score that it holds. */
  score: number;
}

let target: Target;
let arrivals: Record<number, number[]> = {};
const places: Place[] = [];
const starers: Place[] = [];

/** Resolves when the first board has come. */
function come(place: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no board came')), JOIN_WITHIN_MS);
    const settle = (error?: Error) => {
      clearTimeout(late);
      if (error) reject(error);
      else resolve();
    };
    place.score = 0;
    place.client = new RawClient(target, {
      board: (score) => {
        if (place.score) (arrivals[score] ??= []).push(machineTime());
        else settle();
        place.score = score;
      },
      gone: (why) => settle(new Error(`not let in: ${why}`)), // of no consequence for one that was
    });
  });
}

async function comeBack(place: Place, score: number): Promise<number> {
  const cutAt = machineTime();
  place.client.cut();
  place.score = 0;
  for (let wait = RETRY_MS; !place.score; wait = Math.min(2 * wait, MAX_RETRY_MS)) {
    await delay(wait * (1 + RETRY_SPREAD * (2 * Math.random() - 1)));
    await come(place).catch(() => undefined); // tried again, as a client does
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

async function churn(perSecond: number, seconds: number): Promise<number> {
  let changes = 0;
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await delay(50)) {
    const going = Array.from({ length: Math.round(perSecond / 20) }, (_, i) => places[(changes + i) % places.length]!);
    for (const place of going) place.client.cut();
    await Promise.all(going.map(come));
    changes += going.length;
  }
  return changes;
}

async function run(job: CrowdJob): Promise<unknown> {
  if (job.do === 'join') {
    target = job.target;
    await joinInSteps(job.clients, places);
  } else if (job.do === 'stare') {
    await joinInSteps(job.clients, starers);
    for (const { client } of starers) client.stopReading();
  } else if (job.do === 'hold') {
    await until(`every client holds the board ${job.score}`, HOLD_WITHIN_MS, () => places.every(({ score }) => score >= job.score));
    const past = arrivals;
    arrivals = {};
    return past;
  } else if (job.do === 'cut') {
    return Promise.all(places.slice(0, job.clients).map((place) => comeBack(place, job.score)));
  } else if (job.do === 'churn') {
    return churn(job.perSecond, job.seconds);
  } else {
    for (const { client } of starers.splice(0)) client.cut();
    if (job.who === 'all') for (const { client } of places.splice(0)) client.cut();
  }
  return {};
}

process.on('message', (job: CrowdJob) => {
  void run(job).then(
    (answer) => process.send!({ answer }),
    (error: Error) => process.send!({ error: error.message }),
  );
});
process.once('disconnect', () => process.exit());
