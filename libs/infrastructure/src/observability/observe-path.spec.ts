import { MAX_FOLLOWED } from '@scoreboard/application';
import { type Board, ScoreboardEvents, type Trace } from '@scoreboard/domain';
import { observePath, type PathObserver } from './observe-path';

const board = (revision: number): Board => ({ revision, entries: [] });
const request = (n: number): Trace => ({ id: n.toString(16).padStart(32, '0') });

function observed(observer: PathObserver) {
  const events = new ScoreboardEvents();
  observePath(events, observer);
  return {
    events,
    receive: (traces: readonly Trace[], revision: number) => events.emit('board.announced', { board: board(revision), traces }),
    push: (revision: number) => events.emit('board.pushed', { board: board(revision) }),
  };
}

describe('observePath', () => {
  it('listens only to the events that the observer handles', () => {
    const { events } = observed({ accepted: () => undefined });
    expect([events.has('command.accepted'), events.has('batch.applied'), events.has('standings.projected'), events.has('board.pushed')]).toEqual([true, false, false, false]);
  });

  it('names traced requests first if a push has too many', () => {
    const pushed: (readonly Trace[])[] = [];
    const { receive, push } = observed({ pushed: (_board, traces) => void pushed.push(traces) });
    const recorded = { ...request(1), spanId: '1' };
    receive([recorded], 5);
    receive(Array.from({ length: MAX_FOLLOWED }, (_, n) => request(n + 10)), 6);
    push(6);
    expect(pushed[0]).toHaveLength(MAX_FOLLOWED);
    expect(pushed[0]).toContainEqual(recorded);
  });

  it('names the requests of all announcements since the last push, and reports late announcements immediately', () => {
    const pushed: [revision: number, requests: number[]][] = [];
    const { receive, push } = observed({ pushed: ({ revision }, traces) => void pushed.push([revision, traces.map(({ id }) => Number.parseInt(id, 16))]) });
    receive([request(1)], 5);
    receive([request(2)], 6);
    push(6);
    push(7);
    receive([request(3)], 7);
    receive(Array.from({ length: MAX_FOLLOWED + 1 }, (_, n) => request(n + 10)), 8);
    push(8);
    expect(pushed).toEqual([[6, [1, 2]], [7, []], [7, [3]], [8, Array.from({ length: MAX_FOLLOWED }, (_, n) => n + 11)]]);
  });
});
