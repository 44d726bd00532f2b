import type { State, Subscriber } from '@scoreboard/application';
import { ConflatingBuffer } from './conflating-buffer';

describe('ConflatingBuffer', () => {
  let buffer: ConflatingBuffer;
  let sent: { to: string; event: string; data: unknown }[];
  let busy: Set<string>;

  beforeEach(() => {
    jest.useFakeTimers();
    buffer = new ConflatingBuffer();
    sent = [];
    busy = new Set();
  });
  afterEach(() => {
    buffer.close();
    jest.useRealTimers();
  });

  const subscriber = (to: string): Subscriber => ({
    handle: { transport: 'socket.io', revision: 0, hasExpired: false, closeForNow: () => undefined, send: (state: State) => !busy.has(to) && sent.push({ to, ...state }) > 0 },
  });
  const top = (data: unknown): State => ({ event: 'top', data });

  it('passes the same object to all subscribers, so that it is encoded once', () => {
    const given: State[] = [];
    const subscribers = ['a', 'b'].map((to) => ({ handle: { ...subscriber(to).handle, send: (state: State) => given.push(state) > 0 } }));
    const state = top(1);
    buffer.send(subscribers, state);
    expect(given).toHaveLength(2);
    for (const each of given) expect(each).toBe(state);
    expect(buffer.pushes).toBe(2);
  });

  it('skips a busy subscriber, and sends it the newest state of each event once it has caught up', async () => {
    const [quick, slow] = [subscriber('quick'), subscriber('slow')];
    busy.add('slow');
    for (const data of [1, 2, 3]) buffer.send([quick, slow], top(data));
    buffer.send([slow], { event: 'me', data: 'x' });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(sent.map(({ to }) => to)).toEqual(['quick', 'quick', 'quick']);
    expect(buffer.skipped).toBe(4);

    busy.clear();
    await jest.advanceTimersByTimeAsync(50);
    expect(sent.slice(3)).toEqual([
      { to: 'slow', event: 'top', data: 3 },
      { to: 'slow', event: 'me', data: 'x' },
    ]);
  });

  it('never sends a subscriber an older state after a newer one', async () => {
    const slow = subscriber('slow');
    busy.add('slow');
    buffer.send([slow], top(1));
    busy.clear();
    buffer.send([slow], top(2));
    await jest.advanceTimersByTimeAsync(500);
    expect(sent.map(({ data }) => data)).toEqual([2]);
  });

  it('drops the held states of a disconnected subscriber', async () => {
    const slow = subscriber('slow');
    busy.add('slow');
    buffer.send([slow], top(1));
    buffer.forget(slow);
    busy.clear();
    await jest.advanceTimersByTimeAsync(500);
    expect(sent).toEqual([]);
  });
});
