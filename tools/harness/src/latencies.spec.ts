import { Latencies } from './latencies';

describe('Latencies', () => {
  it('gives the time that a share did not exceed, to 0.1 ms', () => {
    const latencies = new Latencies();
    for (let ms = 1; ms <= 100; ms++) latencies.add(ms);
    expect(latencies.quantile(0.5)).toBeCloseTo(50.1);
    expect(latencies.quantile(0.99)).toBeCloseTo(99.1);
  });

  it('has no time of none, and counts what takes longer than 10 s as 10 s', () => {
    const latencies = new Latencies();
    expect(latencies.quantile(0.5)).toBeNaN();
    latencies.add(60_000);
    expect(latencies.quantile(1)).toBeCloseTo(10_000);
  });
});
