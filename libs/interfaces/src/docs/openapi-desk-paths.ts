import { answers, bearer, BODY_REFUSED, content, pageParameters, parameter, TOKEN_REFUSED } from './openapi-parts';

const SWITCHED = '404 unless ADMIN_DESK is on.';
const READ = [...TOKEN_REFUSED, 'invalid-request', 'insufficient-scope', 404, 'rate-limited'] as const;
const CHANGED = [...TOKEN_REFUSED, ...BODY_REFUSED, 'insufficient-scope', 404] as const;

const operation = (operationId: string, summary: string, description: string) => ({
  operationId,
  tags: ['Operator'],
  summary,
  description: `${description} ${SWITCHED}`.trim(),
  security: bearer('scores:admin'),
});

const text = (name: string, description: string, example: string) => parameter('query', name, description, { type: 'string', examples: [example] });
const time = (name: string, description: string) => parameter('query', name, description, { type: 'string', format: 'date-time' });
const consumer = parameter('path', 'consumer', 'The name of the consumer', { type: 'string', examples: ['webhook:shop'] });
const body = (name: 'LettersReplay' | 'LettersDrop' | 'EventsRetry' | 'EventsDrop') => ({ requestBody: { required: true, content: content(name) } });
const CONFIRMED = 'expected must be the number that a dry run has answered; if another number would be dropped by now, nothing is.';

export const deskPaths = {
  '/api/moderation/audit': {
    get: {
      ...operation('listAudit', 'The audit trail, newest first', 'What moderators, services and operators did. Addresses are null without the encryption key. With USER_ID_KEY, users stand under shown ids.'),
      tags: ['Moderation'],
      parameters: [
        text('act', 'Only this act', 'hide'),
        text('actor', 'Only by this actor', 'moderator-1'),
        text('target', 'Only on this user, command, client or consumer', 'alice'),
        time('from', 'Only from this time on'),
        time('to', 'Only before this time'),
        ...pageParameters,
      ],
      responses: answers(200, 'A page', 'AuditTrail', ...READ, 'ledger-unavailable'),
    },
  },
  '/api/operator/dead-letters': {
    get: {
      ...operation('listDeadLetters', 'Updates that could not be applied, oldest first', 'total is how many there are in all.'),
      parameters: [parameter('query', 'limit', 'Number of items', { type: 'integer', minimum: 1, maximum: 100, default: 50 })],
      responses: answers(200, 'The oldest ones', 'DeadLetters', ...READ, 'dead-letters-unavailable'),
    },
  },
  '/api/operator/dead-letters/replay': {
    post: {
      ...operation('replayDeadLetters', 'Queue dead letters again', 'One, by its commandId, or all. Each update counts once. One that still cannot be applied becomes a dead letter again; a letter without a command stays.'),
      ...body('LettersReplay'),
      responses: answers(200, 'How many were queued, or would be', 'LettersChanged', ...CHANGED, 'dead-letters-unavailable'),
    },
  },
  '/api/operator/dead-letters/drop': {
    post: {
      ...operation('dropDeadLetters', 'Delete dead letters permanently', CONFIRMED),
      ...body('LettersDrop'),
      responses: answers(200, 'How many were dropped, or would be', 'LettersChanged', ...CHANGED, 'count-changed', 'dead-letters-unavailable'),
    },
  },
  '/api/operator/consumers': {
    get: {
      ...operation('listConsumers', 'The consumers of ledger events', 'position is the last event that is done. failures, problem and retryAt are about the next one.'),
      responses: answers(200, 'By name', 'Consumers', ...READ, 'ledger-unavailable'),
    },
  },
  '/api/operator/consumers/{consumer}/set-aside': {
    get: {
      ...operation('listSetAside', 'The events that a consumer set aside', 'At most 1,000.'),
      parameters: [consumer],
      responses: answers(200, 'In order', 'SetAsideEvents', ...READ, 'ledger-unavailable'),
    },
  },
  '/api/operator/consumers/{consumer}/retry': {
    post: {
      ...operation('retrySetAside', 'Try events that were set aside again', 'One, by its id, or all.'),
      parameters: [consumer],
      ...body('EventsRetry'),
      responses: answers(200, 'How many will be tried, or would be', 'EventsChanged', ...CHANGED, 'ledger-unavailable'),
    },
  },
  '/api/operator/consumers/{consumer}/drop': {
    post: {
      ...operation('dropSetAside', 'Delete events that were set aside permanently', CONFIRMED),
      parameters: [consumer],
      ...body('EventsDrop'),
      responses: answers(200, 'How many were dropped, or would be', 'EventsChanged', ...CHANGED, 'count-changed', 'ledger-unavailable'),
    },
  },
  '/api/operator/clients': {
    get: {
      ...operation('listClients', 'The services that may get tokens', 'Without their secrets.'),
      responses: answers(200, 'Revoked ones too', 'Clients', ...READ, 'ledger-unavailable'),
    },
  },
};
