import { LEDGER_EVENT_TYPES } from '@scoreboard/domain';
import { z } from 'zod';
import { dropEventsSchema, dropSchema, replaySchema, retryEventsSchema } from '../desk/desk.requests';

const at = z.iso.datetime();
const auditSchema = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      at,
      act: z.string(),
      actor: z.string().describe("The subject of a token, the id of a client, or the operator's name"),
      target: z.string().optional(),
      reason: z.string().optional(),
      details: z.looseObject({}).optional().describe('Entries of the console have console in it'),
      address: z.string().nullable().optional(),
    }),
  ),
  next: z.string().nullable(),
});
const lettersSchema = z.object({
  items: z.array(
    z.object({
      reason: z.string(),
      at: at.optional(),
      problem: z.string().optional(),
      commandId: z.string().optional().describe('Absent if the letter holds no command'),
      traceId: z.string().optional(),
      content: z.string(),
    }),
  ),
  total: z.int(),
});
const consumersSchema = z.object({
  items: z.array(
    z.object({
      consumer: z.string(),
      position: z.string(),
      isRunning: z.boolean().describe('Whether a process holds its lease'),
      failures: z.int(),
      problem: z.string().optional(),
      retryAt: at.optional(),
      setAside: z.int(),
    }),
  ),
});
const setAsideSchema = z.object({
  items: z.array(z.object({ event: z.string(), type: z.enum(LEDGER_EVENT_TYPES), tries: z.int(), problem: z.string(), at, retry: z.boolean().describe('Whether it will be tried again') })),
});
const clientsSchema = z.object({ items: z.array(z.object({ id: z.string(), scopes: z.array(z.string()), createdAt: at, revokedAt: at.optional() })) });

/** The bodies of the desk, by name. */
export const DESK_BODIES = {
  AuditTrail: auditSchema,
  DeadLetters: lettersSchema,
  LettersReplay: replaySchema,
  LettersDrop: dropSchema,
  LettersChanged: z.object({ letters: z.int() }),
  Consumers: consumersSchema,
  SetAsideEvents: setAsideSchema,
  EventsRetry: retryEventsSchema,
  EventsDrop: dropEventsSchema,
  EventsChanged: z.object({ events: z.int() }),
  Clients: clientsSchema,
};

const commandId = '019ad0c4-6b1e-7c3a-9d52-0f6e8a41b7d3';
const noon = '2026-11-28T12:00:00.000Z';

/** One example of each. */
export const DESK_EXAMPLES: Record<keyof typeof DESK_BODIES, unknown> = {
  AuditTrail: { items: [{ id: commandId, at: noon, act: 'hide', actor: 'moderator-1', target: 'alice', reason: 'Offensive name', address: '203.0.113.7' }], next: null },
  DeadLetters: { items: [{ reason: 'total-limit', at: noon, commandId, content: `{"commandId":"${commandId}","userId":"alice","scoreIncrement":25}` }], total: 1 },
  LettersReplay: { commandId },
  LettersDrop: { all: true, expected: 3 },
  LettersChanged: { letters: 1 },
  Consumers: { items: [{ consumer: 'webhook:shop', position: '1890123456789012-0', isRunning: true, failures: 0, setAside: 1 }] },
  SetAsideEvents: { items: [{ event: '1890123456789012-0', type: 'score.applied', tries: 20, problem: 'status 500', at: noon, retry: false }] },
  EventsRetry: { all: true },
  EventsDrop: { event: '1890123456789012-0', expected: 1 },
  EventsChanged: { events: 1 },
  Clients: { items: [{ id: 'game-server', scopes: ['scores:write:any'], createdAt: noon }] },
};
