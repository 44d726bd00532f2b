import { eventually } from '../../../test/support';
import { useScoreboard } from '../../../test/support/use-scoreboard';
import { Heartbeat } from './heartbeat.ts';
import type { ConnectionState } from './index.ts';

/** The documented limit, plus what a busy machine may take longer. */
const FOUND = { withinMs: 10_000 + 5_000 };

describe('the client library, without data from the server', () => {
  const site = useScoreboard();

  const watch = async (url = site.url) => {
    const board = site.open({}, url);
    const states: ConnectionState[] = [];
    board.on('state', (state) => states.push(state));
    board.on('error', () => undefined); // tested in wrong-address.spec.ts
    await eventually(() => expect(board.state).toBe('live'));
    return { board, states };
  };

  it('detects a frozen server within ten seconds, and is live again once it resumes', async () => {
    const { board, states } = await watch();
    process.kill(site.role.pid, 'SIGSTOP');
    site.after(() => process.kill(site.role.pid, 'SIGCONT'));
    await eventually(() => expect(board.state).toBe('reconnecting'), FOUND);
    process.kill(site.role.pid, 'SIGCONT');
    await eventually(() => expect(states).toEqual(['reconnecting', 'live', 'reconnecting', 'live']));
  });

  it('detects within ten seconds a network path that drops packets in one or both directions, and is live again once it recovers; other connections stay live', async () => {
    const well = await watch();
    const paths = await Promise.all([['up', 'down'] as const, ['up'] as const, ['down'] as const].map(async (directions) => {
      const { proxy, url } = await site.proxied();
      return { proxy, directions, ...(await watch(url)) };
    }));
    for (const { proxy, directions } of paths) proxy.silence(...directions);
    await eventually(() => expect(paths.map(({ board }) => board.state)).toEqual(['reconnecting', 'reconnecting', 'reconnecting']), FOUND);
    for (const { proxy } of paths) await proxy.heal();
    await eventually(() => expect(paths.map(({ board }) => board.state)).toEqual(['live', 'live', 'live']));
    expect(well.states).toEqual(['reconnecting', 'live']);
  });
});

describe('Heartbeat', () => {
  const ask = jest.fn();
  const onDead = jest.fn();
  let heartbeat: Heartbeat;
  beforeEach(() => {
    jest.useFakeTimers();
    jest.resetAllMocks();
    heartbeat = new Heartbeat({ ask, onDead });
    ask.mockImplementation(() => setTimeout(() => heartbeat.heard(), 50));
    heartbeat.begin();
  });
  afterEach(() => {
    heartbeat.end();
    jest.useRealTimers();
  });

  it('sends a ping every four to six seconds without data', () => {
    jest.advanceTimersByTime(600_000);
    expect(ask.mock.calls.length).toBeGreaterThanOrEqual(98);
    expect(ask.mock.calls.length).toBeLessThanOrEqual(150);
    expect(onDead).not.toHaveBeenCalled();
  });

  it('sends no ping while data arrives', () => {
    for (let i = 0; i < 100; i++) {
      heartbeat.heard();
      jest.advanceTimersByTime(3_900);
    }
    expect(ask).not.toHaveBeenCalled();
  });

  it('sends no ping in a hidden tab, and resumes when the tab is visible', () => {
    const tab = { visibilityState: 'hidden' };
    Object.assign(globalThis, { document: tab });
    try {
      jest.advanceTimersByTime(600_000);
      expect(ask).not.toHaveBeenCalled();
      tab.visibilityState = 'visible';
      jest.advanceTimersByTime(6_000);
      expect(ask).toHaveBeenCalled();
    } finally {
      Reflect.deleteProperty(globalThis, 'document');
    }
  });

  it('reports a dead connection within ten seconds', () => {
    ask.mockImplementation(() => undefined);
    jest.advanceTimersByTime(10_000);
    expect(onDead).toHaveBeenCalledTimes(1);
  });

  it('leaves no timer after end()', () => {
    heartbeat.end();
    expect(jest.getTimerCount()).toBe(0);
  });
});
