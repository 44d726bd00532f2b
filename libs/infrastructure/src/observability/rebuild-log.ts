import { Logger } from '@nestjs/common';
import type { LeaderboardRebuilding, ScoreboardEvents } from '@scoreboard/domain';

/** Shorter rebuilds are not worth a line. */
const LONG_SECONDS = 10;

/** Logs the progress of a rebuild of the leaderboard every ten seconds, and the end of one that took as long or was stopped. */
export function logRebuilds(events: ScoreboardEvents): void {
  const logger = new Logger('Rebuild');
  let logged = 0;
  events.on('leaderboard.rebuilding', (rebuilding) => {
    const { state, seconds } = rebuilding;
    const isDue = seconds >= logged + LONG_SECONDS || state === 'stopped' || (state === 'finished' && logged);
    if (isDue) logger.log(lineOf(rebuilding));
    if (state !== 'running') logged = 0;
    else if (isDue) logged = seconds;
  });
}

function lineOf({ standings, total, copied, seconds, state }: LeaderboardRebuilding): string {
  const speed = `${Math.round(seconds)} s, ${Math.round(copied / Math.max(seconds, 0.001))} per second`;
  if (state === 'finished') return `${standings} standings are copied from the ledger after ${speed}: the leaderboard is ready`;
  const progress = `${standings} of about ${total} standings are copied from the ledger after ${speed}`;
  return state === 'stopped' ? `stopped: ${progress}; the next rebuild continues there` : progress;
}
