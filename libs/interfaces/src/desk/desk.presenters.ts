import type { AuditPage, ConsumerRecord, PlacedEntry, SetAsideRecord, UserIds } from '@scoreboard/application';
import { eventId } from '@scoreboard/domain';
import { encodePosition } from './desk.requests';

/** Acts whose target is a user. */
const ON_USERS: readonly string[] = ['hide', 'unhide', 'name.take', 'name.allow', 'reverse', 'token.sign', 'hold', 'flag.clear', 'flag.take-back', 'flag.reopen'];
const COMMAND_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const presentAudit = ({ items, next }: AuditPage, ids: UserIds) => ({
  items: items.map((entry) => presentEntry(entry, ids)),
  next: next === undefined ? null : encodePosition(next),
});

function presentEntry({ position: _position, target, ...entry }: PlacedEntry, ids: UserIds) {
  if (target === undefined) return entry;
  const isUser = ON_USERS.includes(entry.act) && !COMMAND_ID.test(target);
  return { ...entry, target: isUser ? ids.shown(target) : target };
}

export const presentConsumers = (records: readonly ConsumerRecord[]) => ({ items: records.map(({ position, ...record }) => ({ ...record, position: eventId(position) })) });

export const presentSetAside = (records: readonly SetAsideRecord[]) => ({
  items: records.map(({ sequence, place, consumer: _consumer, ...record }) => ({ event: eventId({ sequence, place }), ...record })),
});
