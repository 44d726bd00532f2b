import type { State, Viewer } from '@scoreboard/application';
import { Outbox } from './outbox';

describe('Outbox', () => {
  let outbox: Outbox;
  let sent: { to: string; event: string; data: unknown }[];
  let busy: Set<string>;

  beforeEach(() => {
    jest.useFakeTimers();
    outbox = new Outbox();
    sent = [];
    busy = new Set();
  });
  afterEach(() => {
    outbox.close();
    jest.useRealTimers();
  });

  const viewer = (to: string): Viewer => ({
    data: { transport: 'socket.io', revision: 0, hasExpired: false, closeForNow: () => undefined, send: (state: State) => !busy.has(to) && sent.push({ to, ...state }) > 0 },
  });
  const top = (data: unknown): State => ({ event: 'top', data });

  it('sends all viewers the same object, which is encoded once', () => {
    const given: State[] = [];
    const viewers = ['a', 'b'].map((to) => ({ data: { ...viewer(to).data, send: (state: State) => given.push(state) > 0 } }));
    const state = top(1);
    outbox.send(viewers, state);
    expect(given).toHaveLength(2);
    for (const each of given) expect(each).toBe(state);
    expect(outbox.pushes).toBe(2);
  });

  it('passes over a busy viewer, and gives it the newest state of each event when it has read on', async () => {
    const [quick, slow] = [viewer('quick'), viewer('slow')];
    busy.add('slow');
    for (const data of [1, 2, 3]) outbox.send([quick, slow], top(data));
    outbox.send([slow], { event: 'me', data: 'x' });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(sent.map(({ to }) => to)).toEqual(['quick', 'quick', 'quick']);
    expect(outbox.skipped).toBe(4);

    busy.clear();
    await jest.advanceTimersByTimeAsync(50);
    expect(sent.slice(3)).toEqual([
      { to: 'slow', event: 'top', data: 3 },
      { to: 'slow', event: 'me', data: 'x' },
    ]);
  });

  it('never sends a viewer an older state after a newer one', async () => {
    const slow = viewer('slow');
    busy.add('slow');
    outbox.send([slow], top(1));
    busy.clear();
    outbox.send([slow], top(2));
    await jest.advanceTimersByTimeAsync(500);
    expect(sent.map(({ data }) => data)).toEqual([2]);
  });

  it('sends nothing that was held for a viewer that left', async () => {
    const slow = viewer('slow');
    busy.add('slow');
    outbox.send([slow], top(1));
    outbox.forget(slow);
    busy.clear();
    await jest.advanceTimersByTimeAsync(500);
    expect(sent).toEqual([]);
  });
});
