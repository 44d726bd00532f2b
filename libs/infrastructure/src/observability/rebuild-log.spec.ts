import { Logger } from '@nestjs/common';
import { type RebuildState, ScoreboardEvents } from '@scoreboard/domain';
import { logRebuilds } from './rebuild-log';

describe('logRebuilds', () => {
  it('logs long rebuilds every ten seconds and at the end, stopped ones at the end, and short ones not at all', () => {
    const log = jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    const events = new ScoreboardEvents();
    logRebuilds(events);
    const emit = (standings: number, seconds: number, state: RebuildState = 'running', copied = standings) =>
      events.emit('leaderboard.rebuilding', { standings, total: 23_000, copied, seconds, state });
    emit(5_000, 1);
    emit(6_000, 2, 'finished');
    for (const [standings, seconds] of [[5_000, 9], [10_000, 11], [15_000, 20], [20_000, 22]] as const) emit(standings, seconds);
    emit(20_000, 25, 'stopped');
    emit(20_000, 0, 'running', 0);
    emit(22_000, 10, 'running', 2_000);
    emit(23_000, 15, 'finished', 3_000);
    emit(5_000, 1, 'finished');
    expect(log.mock.calls.map(([line]) => line as string)).toEqual([
      '10000 of about 23000 standings are copied from the ledger after 11 s, 909 per second',
      '20000 of about 23000 standings are copied from the ledger after 22 s, 909 per second',
      'stopped: 20000 of about 23000 standings are copied from the ledger after 25 s, 800 per second; the next rebuild continues there',
      '22000 of about 23000 standings are copied from the ledger after 10 s, 200 per second',
      '23000 standings are copied from the ledger after 15 s, 200 per second: the leaderboard is ready',
    ]);
  });
});
