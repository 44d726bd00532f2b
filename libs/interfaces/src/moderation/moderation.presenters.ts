import type { HiddenPage, UserIds } from '@scoreboard/application';
import { encodeCursor } from '../scores/history.request';

/** `reason` and `by` are null if an older build hid the user: it did not store them. */
export const presentHidden = ({ items, next }: HiddenPage, ids: UserIds) => ({
  items: items.map(({ userId, since, reason = null, by = null }) => ({ userId: ids.shown(userId), since, reason, by })),
  next: next === undefined ? null : encodeCursor(next),
});
