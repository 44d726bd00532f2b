import { Logger } from '@nestjs/common';
import type { ScoreboardEvents } from '@scoreboard/domain';

/** Shorter rebuilds are not worth a line. */
const LONG_SECONDS = 10;

/** Logs the progress of a rebuild of the leaderboard every ten seconds, and the end of one that took as long. */
export function logRebuilds(events: ScoreboardEvents): void {
  const logger = new Logger('Rebuild');
  let logged = 0;
  events.on('leaderboard.rebuilding', ({ standings, seconds, isDone }) => {
    if (seconds < logged) logged = 0; // another rebuild
    if (seconds < logged + LONG_SECONDS && !(isDone && logged)) return;
    logger.log(`${standings} standings ${isDone ? 'were' : 'are'} copied from the ledger after ${Math.round(seconds)} s${isDone ? ': the leaderboard is ready' : ''}`);
    logged = isDone ? 0 : seconds;
  });
}
