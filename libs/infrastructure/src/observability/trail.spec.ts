import { type ApplyScores, type LiveBoard, MAX_FOLLOWED, type ProjectStandings, type SubmitScore } from '@scoreboard/application';
import type { Board, Trace } from '@scoreboard/domain';
import { follow, type Trail } from './trail';

const board = (revision: number): Board => ({ revision, entries: [] });
const request = (n: number): Trace => ({ id: n.toString(16).padStart(32, '0') });

/** Stations without anything behind them: what they would tell, the tests tell. */
function stations() {
  const audience: { onPush?: (board: Board) => void } = {};
  const made = { submitScore: {} as SubmitScore, applyScores: {} as ApplyScores, projection: {} as ProjectStandings, live: {} as LiveBoard, audience };
  return { ...made, asStations: made as typeof made & { audience: { onPush: (board: Board) => void } } };
}

describe('follow', () => {
  it('asks no station for anything where nobody follows', () => {
    const { asStations, ...made } = stations();
    follow([], asStations);
    expect(made).toEqual({ submitScore: {}, applyScores: {}, projection: {}, live: {}, audience: {} });
  });

  it('has those requests named on the further way that somebody follows', () => {
    const { applyScores, asStations } = stations();
    follow([{ follows: ({ spanId }) => spanId !== undefined }, { follows: ({ id }) => id === request(2).id }], asStations);
    const commands = [request(1), { ...request(3), spanId: '1' }, request(2), undefined].map((trace) => ({ commandId: 'x', userId: 'ann', scoreIncrement: 1, trace }));
    expect(applyScores.follow!(commands)).toEqual([{ ...request(3), spanId: '1' }, request(2)]);
  });

  it('goes on measuring what was measured', () => {
    const { applyScores, asStations } = stations();
    const measured: number[] = [];
    applyScores.onBatch = (commands) => void measured.push(commands.length);
    const applied: number[] = [];
    follow([{ follows: () => true, applied: (commands) => void applied.push(commands.length) }], asStations);
    applyScores.onBatch([], 1);
    expect([measured, applied]).toEqual([[0], [0]]);
  });

  it('tells with a push the recorded requests before others where there are too many', () => {
    const { live, audience, asStations } = stations();
    const pushed: (readonly Trace[])[] = [];
    follow([{ follows: () => true, pushed: (_board, traces) => void pushed.push(traces) }], asStations);
    const recorded = { ...request(1), spanId: '1' };
    live.onFollowed!([recorded], board(5));
    live.onFollowed!(Array.from({ length: MAX_FOLLOWED }, (_, n) => request(n + 10)), board(6));
    audience.onPush!(board(6));
    expect(pushed[0]).toHaveLength(MAX_FOLLOWED);
    expect(pushed[0]).toContainEqual(recorded);
  });

  it('tells with a push the requests of all hints since the last one, the newest of too many, and at once where a read was faster than its hint', () => {
    const { live, audience, asStations } = stations();
    const pushed: [revision: number, requests: number[]][] = [];
    const trail: Trail = { follows: () => true, pushed: ({ revision }, traces) => void pushed.push([revision, traces.map(({ id }) => Number.parseInt(id, 16))]) };
    follow([trail], asStations);
    live.onFollowed!([request(1)], board(5));
    live.onFollowed!([request(2)], board(6));
    audience.onPush!(board(6));
    audience.onPush!(board(7));
    live.onFollowed!([request(3)], board(7));
    live.onFollowed!(Array.from({ length: MAX_FOLLOWED + 1 }, (_, n) => request(n + 10)), board(8));
    audience.onPush!(board(8));
    expect(pushed).toEqual([[6, [1, 2]], [7, []], [7, [3]], [8, Array.from({ length: MAX_FOLLOWED }, (_, n) => n + 11)]]);
  });
});
