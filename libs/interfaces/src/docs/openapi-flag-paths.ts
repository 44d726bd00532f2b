import { FLAG_STATES } from '@scoreboard/application';
import { answers, bearer, BODY_REFUSED, content, pageParameters, parameter, TOKEN_REFUSED } from './openapi-parts';

const id = parameter('path', 'id', 'The flag', { type: 'integer', minimum: 1 });
const ONE = 'Of two moderators at the same time one decides; the other gets 422, which says who did. Repeated by the same moderator, it changes nothing more.';

const decision = (operationId: string, summary: string, description: string) => ({
  post: {
    operationId,
    tags: ['Moderation'],
    summary,
    description: `${description} ${ONE}`,
    security: bearer('scores:admin'),
    parameters: [id],
    requestBody: { required: false, content: content('FlagDecision') },
    responses: answers(200, 'The flag now, and what was taken back or came back', 'DecidedFlag', ...TOKEN_REFUSED, ...BODY_REFUSED, 'insufficient-scope', 'unknown-flag', 'flag-settled', 'ledger-unavailable'),
  },
});

export const flagPaths = {
  '/api/moderation/flags': {
    get: {
      operationId: 'listFlags',
      tags: ['Moderation'],
      summary: 'List flags of suspicious points, the heaviest first',
      description: 'FLAG_RULES_FILE defines the rules that raise them. reason is that of the first update that broke the rule; updates, at most 1,000, and points are those of all.',
      security: bearer('scores:admin'),
      parameters: [parameter('query', 'state', 'cleared: nothing was wrong; confirmed: the points were taken back', { type: 'string', enum: [...FLAG_STATES], default: 'open' }), ...pageParameters],
      responses: answers(200, 'A page', 'Flags', ...TOKEN_REFUSED, 'invalid-request', 'insufficient-scope', 'rate-limited', 'ledger-unavailable'),
    },
  },
  '/api/moderation/flags/{id}/clear': decision('clearFlag', 'Clear a flag: nothing was wrong', 'A player whom the rule held is shown again, unless another open flag holds them or a moderator has hidden them.'),
  '/api/moderation/flags/{id}/take-back': decision('takeBackFlag', 'Take the points of a flag back', 'Reverses the updates that broke the rule, and ends the hold.'),
  '/api/moderation/flags/{id}/reopen': decision('reopenFlag', 'Undo a decision', 'The flag is open again, and holds again if its rule does. Points that it took back come back as new updates with the same action and time; a period that is closed by now does not get them.'),
};
