import { Logger } from '@nestjs/common';
import type { Board, ScoreboardEventMap, Trace } from '@scoreboard/domain';
import type { PathObserver } from './observe-path';

/**
 * The way of each point in the log, at the level `debug`: a line where it was accepted, one for each batch that the leaderboard took,
 * one for each board that was pushed, under the ids of the requests. A line of a board may know none of them: its revision is that
 * of the batch, or a later one.
 */
export class PathLog implements PathObserver {
  private readonly logger = new Logger('Path');

  accepted({ command: { trace, commandId } }: ScoreboardEventMap['command.accepted']): void {
    this.logger.debug({ 'message': 'accepted', 'trace.id': trace?.id, 'scoreboard.command_id': commandId });
  }

  projected({ traces, range, board }: ScoreboardEventMap['standings.projected']): void {
    this.logger.debug({
      'message': 'applied',
      'trace.id': traces.map(({ id }) => id),
      'scoreboard.seq_from': range.from,
      'scoreboard.seq_to': range.to,
      'scoreboard.revision': board?.revision,
    });
  }

  pushed({ revision }: Board, traces: readonly Trace[]): void {
    this.logger.debug({ 'message': 'pushed', 'trace.id': traces.map(({ id }) => id), 'scoreboard.revision': revision });
  }
}
