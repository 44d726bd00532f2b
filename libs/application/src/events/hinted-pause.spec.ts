import { HintedPause } from './hinted-pause';

const HOUR_MS = 3_600_000;
const { signal } = new AbortController();

describe('HintedPause', () => {
  it('ends at a hint, also at one that came during the look before', async () => {
    const rest = new HintedPause();
    rest.hint();
    await rest.wait(0, HOUR_MS, signal);
    const waiting = rest.wait(0, HOUR_MS, signal);
    setImmediate(() => rest.hint());
    await waiting;
  });

  it('lasts as long as it must, however many hints come', async () => {
    const rest = new HintedPause();
    rest.hint();
    const began = performance.now();
    await rest.wait(50, HOUR_MS, signal);
    expect(performance.now() - began).toBeGreaterThan(45);
  });

  it('ends without a hint, and when the process ends', async () => {
    await new HintedPause().wait(1, 2, signal);
    const ending = new AbortController();
    const waiting = new HintedPause().wait(0, HOUR_MS, ending.signal);
    setImmediate(() => ending.abort());
    await waiting;
    await new HintedPause().wait(HOUR_MS, HOUR_MS, ending.signal);
  });
});
