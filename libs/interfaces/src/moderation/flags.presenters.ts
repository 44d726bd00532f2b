import type { FlagDecision, FlagPage, PlayerFlag, UserIds } from '@scoreboard/application';
import { encodeFlagPosition } from './flags.requests';

const presentFlag = ({ settled, userId, ...flag }: PlayerFlag, ids: UserIds) => ({ ...flag, userId: ids.shown(userId), settled: settled ?? null });

export const presentFlags = ({ items, next }: FlagPage, ids: UserIds) => ({
  items: items.map((flag) => presentFlag(flag, ids)),
  next: next === undefined ? null : encodeFlagPosition(next),
});

export const presentDecision = ({ flag, updates, points }: FlagDecision, ids: UserIds) => ({ flag: presentFlag(flag, ids), updates, points });
