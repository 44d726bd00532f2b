import { Logger } from '@nestjs/common';
import { ScoreboardEvents } from '@scoreboard/domain';
import { logRebuilds } from './rebuild-log';

describe('logRebuilds', () => {
  afterEach(() => jest.restoreAllMocks());

  it('logs long rebuilds every ten seconds and at the end, and short ones not at all', () => {
    const log = jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    const events = new ScoreboardEvents();
    logRebuilds(events);
    const emit = (standings: number, seconds: number, isDone = false) => events.emit('leaderboard.rebuilding', { standings, seconds, isDone });
    emit(5_000, 1);
    emit(6_000, 2, true);
    for (const [standings, seconds] of [[5_000, 9], [10_000, 11], [15_000, 20], [20_000, 22]] as const) emit(standings, seconds);
    emit(23_000, 25, true);
    emit(5_000, 3); // a rebuild that ended without the last event
    emit(5_000, 1, true);
    expect(log.mock.calls.map(([line]) => line as string)).toEqual([
      '10000 standings are copied from the ledger after 11 s',
      '20000 standings are copied from the ledger after 22 s',
      '23000 standings were copied from the ledger after 25 s: the leaderboard is ready',
    ]);
  });
});
