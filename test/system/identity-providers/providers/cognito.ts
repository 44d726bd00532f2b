import { newKey } from '../fake-provider';
import { now, type Provider, signing } from '../provider';

export function cognito(): Provider {
  const [key, next] = [newKey('1234example='), newKey('5678example=')];
  const iss = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';
  const userId = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';
  const token = signing(key);
  const base = { iss, version: 2, token_use: 'access', auth_time: now, jti: 'j' };
  const session = { 'cognito:groups': ['players'], 'origin_jti': 'o', 'event_id': 'e', 'username': 'ann' };
  const player = { ...base, ...session, sub: userId, client_id: '1example23456789', scope: 'openid scoreboard/scores:write' };
  return {
    heading: 'Cognito',
    keySet: { keys: [key, next].map(({ kid, members }) => ({ alg: 'RS256', kid, use: 'sig', ...members })) },
    userId,
    player: token(player),
    service: token({ ...base, sub: '2example23456789', client_id: '2example23456789', scope: 'scoreboard/scores:write:any' }),
    unprivileged: token({ ...player, scope: 'openid aws.cognito.signin.user.admin' }),
    foreign: {
      'another pool': token({ ...player, iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Other' }),
      'another client': token({ ...player, client_id: '3example23456789' }),
      'an ID token': token({ ...player, client_id: undefined, aud: '1example23456789', token_use: 'id' }),
    },
  };
}
