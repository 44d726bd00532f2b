import { Counter, Gauge, Histogram } from 'prom-client';

/** Buckets in seconds, from 1 ms to 60 s. The service level objectives are bucket bounds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** A gauge whose value is read at each scrape. */
export const gauge = (name: string, help: string, read: () => number): Gauge =>
  new Gauge({
    name,
    help,
    collect() {
      this.set(read());
    },
  });

/** Like `gauge`, with one value per label. */
export const gauges = (name: string, help: string, labelName: string, read: () => Readonly<Record<string, number>>): Gauge =>
  new Gauge({
    name,
    help,
    labelNames: [labelName],
    collect() {
      this.reset();
      for (const [label, value] of Object.entries(read())) this.set({ [labelName]: label }, value);
    },
  });

/** One gauge per name, 1 or 0, read at each scrape. */
export const switches = (name: string, help: string, labelName: string, read: () => Promise<Readonly<Record<string, boolean>>>): Gauge =>
  new Gauge({
    name,
    help,
    labelNames: [labelName],
    async collect() {
      for (const [label, isOn] of Object.entries(await read())) this.set({ [labelName]: label }, Number(isOn));
    },
  });

/** A counter whose value is an increasing number kept elsewhere, read at each scrape. */
export const counter = (name: string, help: string, read: () => number): Counter =>
  new Counter({
    name,
    help,
    collect() {
      this.reset();
      this.inc(read());
    },
  });

/** Like `counter`, with one value per label. */
export const counters = (name: string, help: string, labelName: string, read: () => Readonly<Record<string, number>>): Counter =>
  new Counter({
    name,
    help,
    labelNames: [labelName],
    collect() {
      this.reset();
      for (const [label, count] of Object.entries(read())) this.inc({ [labelName]: label }, count);
    },
  });

/** A histogram. Default buckets: seconds. */
export const histogram = (name: string, help: string, buckets: readonly number[] = SECONDS): Histogram => new Histogram({ name, help, buckets: [...buckets] });
