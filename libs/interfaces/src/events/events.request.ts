import { isLedgerEventType, LEDGER_EVENT_TYPES, positionOf } from '@scoreboard/domain';
import { z } from 'zod';
import { wholeNumber } from '../http/query';

const MAX_LIMIT = 1_000;

const afterSchema = z.string().transform((text, context) => {
  const position = text === 'latest' ? text : positionOf(text);
  if (position) return position;
  context.addIssue({ code: 'custom', message: 'must be the id of an event, such as 1890123456789012-0, the value of next, or latest' });
  return z.NEVER;
});

const typesSchema = z.string().transform((text, context) => {
  const types = text.split(',');
  const unknown = types.filter((type) => !isLedgerEventType(type));
  if (!unknown.length) return types.filter(isLedgerEventType);
  context.addIssue({ code: 'custom', message: `must list some of ${LEDGER_EVENT_TYPES.join(', ')}` });
  return z.NEVER;
});

export const eventsQuerySchema = z.object({
  after: afterSchema.optional(),
  limit: wholeNumber(1, MAX_LIMIT).default(100),
  types: typesSchema.default([...LEDGER_EVENT_TYPES]),
});

export type EventsRequest = z.output<typeof eventsQuerySchema>;
