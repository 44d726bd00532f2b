import type { Transport, Viewer } from '@scoreboard/application';
import { Outbox } from './outbox';

describe('Outbox', () => {
  let outbox: Outbox;
  let sent: { ids: string[]; event: string; data: unknown }[];
  let busy: Set<string>;

  beforeEach(() => {
    jest.useFakeTimers();
    outbox = new Outbox();
    sent = [];
    busy = new Set();
    const server = { to: (ids: string[]) => ({ emit: (event: string, data: unknown) => sent.push({ ids, event, data }) }) };
    outbox.attach('socket.io', server);
    outbox.attach('websocket', server);
  });
  afterEach(() => {
    outbox.close();
    jest.useRealTimers();
  });

  const viewer = (id: string, transport: Transport = 'socket.io'): Viewer => ({ id, data: { transport, revision: 0, isBusy: () => busy.has(id) } });

  it('sends once for all viewers of a transport', () => {
    outbox.send([viewer('a'), viewer('b', 'websocket'), viewer('c')], 'top', 1);
    expect(sent).toEqual([
      { ids: ['a', 'c'], event: 'top', data: 1 },
      { ids: ['b'], event: 'top', data: 1 },
    ]);
    expect(outbox.pushes).toBe(3);
  });

  it('passes over a busy viewer, and gives it the newest state of each event when it has read on', async () => {
    const [quick, slow] = [viewer('quick'), viewer('slow')];
    busy.add('slow');
    for (const state of [1, 2, 3]) outbox.send([quick, slow], 'top', state);
    outbox.send([slow], 'me', 'x');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(sent.map(({ ids }) => ids)).toEqual([['quick'], ['quick'], ['quick']]);
    expect(outbox.skipped).toBe(4);

    busy.clear();
    await jest.advanceTimersByTimeAsync(50);
    expect(sent.slice(3)).toEqual([
      { ids: ['slow'], event: 'top', data: 3 },
      { ids: ['slow'], event: 'me', data: 'x' },
    ]);
  });

  it('never sends a viewer an older state after a newer one', async () => {
    const slow = viewer('slow');
    busy.add('slow');
    outbox.send([slow], 'top', 1);
    busy.clear();
    outbox.send([slow], 'top', 2);
    await jest.advanceTimersByTimeAsync(500);
    expect(sent.map(({ data }) => data)).toEqual([2]);
  });

  it('sends nothing that was held for a viewer that left', async () => {
    const slow = viewer('slow');
    busy.add('slow');
    outbox.send([slow], 'top', 1);
    outbox.forget(slow);
    busy.clear();
    await jest.advanceTimersByTimeAsync(500);
    expect(sent).toEqual([]);
  });
});
