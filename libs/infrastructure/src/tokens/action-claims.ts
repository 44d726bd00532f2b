import { ACTION_NAME, type ActionGrant } from '@scoreboard/domain';

const TYPE = 'score_update';
const FIELDS = ['action', 'max_increment', 'type'];

/** The claims of an action token (RFC 9396). */
export const actionClaims = ({ action, maxIncrement, tokenId }: ActionGrant) => ({
  jti: tokenId,
  authorization_details: [{ type: TYPE, action, max_increment: maxIncrement }],
});

/**
 * The grant of an action token. Undefined for any other token: one without a `jti`, or whose `authorization_details` are not
 * exactly one valid `score_update`. Unknown members are invalid, because they might restrict the grant.
 */
export function readActionGrant({ jti, authorization_details: details }: Readonly<Record<string, unknown>>): ActionGrant | undefined {
  if (!isTokenId(jti) || !Array.isArray(details) || details.length !== 1) return undefined;
  const detail: unknown = details[0];
  if (typeof detail !== 'object' || detail === null || Object.keys(detail).sort().join() !== FIELDS.join()) return undefined;
  const { type, action, max_increment: maxIncrement } = detail as Readonly<Record<string, unknown>>;
  const isValid = type === TYPE && typeof action === 'string' && ACTION_NAME.test(action) && Number.isSafeInteger(maxIncrement) && Number(maxIncrement) > 0;
  return isValid ? { action, maxIncrement: Number(maxIncrement), tokenId: jti } : undefined;
}

const isTokenId = (value: unknown): value is string => typeof value === 'string' && value !== '';
