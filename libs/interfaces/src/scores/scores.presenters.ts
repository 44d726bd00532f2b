import type { HistoryPage } from '@scoreboard/application';
import type { CommandOutcome, RejectionReason } from '@scoreboard/domain';
import { encodeCursor } from './history.request';

export interface CommandStatus {
  readonly commandId: string;
  readonly status: 'applied' | 'rejected';
  readonly score?: number;
  readonly reason?: RejectionReason;
}

export const presentOutcome = (outcome: CommandOutcome): CommandStatus =>
  outcome.status === 'applied'
    ? { commandId: outcome.commandId, status: 'applied', score: outcome.scoreAfter }
    : { commandId: outcome.commandId, status: 'rejected', reason: outcome.reason };

export const presentHistory = ({ items, next }: HistoryPage) => ({
  items: items.map(({ seq: _seq, ...item }) => item),
  next: next === undefined ? null : encodeCursor(next),
});
