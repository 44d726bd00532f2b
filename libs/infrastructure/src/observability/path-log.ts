import { Logger } from '@nestjs/common';
import type { Board, ScoreboardEventMap, Trace } from '@scoreboard/domain';
import type { PathObserver } from './observe-path';

/**
 * Logs the path of each command at the level `debug`, with the request ids: one line when it is accepted, one per batch recorded in
 * the leaderboard, and one per pushed board. A board line may have no request ids; its revision is that of the batch or a later one.
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
