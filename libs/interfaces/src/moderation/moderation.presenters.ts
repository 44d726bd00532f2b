import type { HiddenPage } from '@scoreboard/application';
import { encodeCursor } from '../scores/history.request';

/** Reason and moderator are null where the build that hid the user did not keep them. */
export const presentHidden = ({ items, next }: HiddenPage) => ({
  items: items.map(({ userId, since, reason = null, by = null }) => ({ userId, since, reason, by })),
  next: next === undefined ? null : encodeCursor(next),
});
