import type { LedgerEvent } from '@scoreboard/domain';

/** An event as it leaves this system: by REST and webhooks alike. The place is in the id. */
export type PresentedEvent = Omit<LedgerEvent, 'place'>;

/** A ledger event as extensions, webhooks and `GET /api/events` show it. */
export function presentEvent({ place: _place, ...event }: LedgerEvent): PresentedEvent {
  return event;
}
