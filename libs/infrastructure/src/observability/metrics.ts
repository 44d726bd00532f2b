import { Counter, Gauge } from 'prom-client';

/** A gauge whose value is read when it is scraped. */
export const gauge = (name: string, help: string, read: () => number): Gauge =>
  new Gauge({
    name,
    help,
    collect() {
      this.set(read());
    },
  });

/** A counter kept elsewhere as a plain number that only rises, read when it is scraped. */
export const counter = (name: string, help: string, read: () => number): Counter =>
  new Counter({
    name,
    help,
    collect() {
      this.reset();
      this.inc(read());
    },
  });
