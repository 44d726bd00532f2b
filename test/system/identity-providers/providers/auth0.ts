import { newKey } from '../fake-provider';
import { type Provider, signing, X5C } from '../provider';

export function auth0(): Provider {
  const [key, next] = [newKey('NEM1NjI3RTBCMDQ4QkE1RTQ4OUM4'), newKey('RjA5MkNBNDk2QUQ1RUU4RkRBQ0Qz')];
  const [iss, api, client] = ['https://your-tenant.eu.auth0.com/', 'https://scoreboard.example.com', 'a3B7Lc1DKlMNoPqRsTuVwXyZ'];
  const userId = 'auth0|6553da60a54af58e29493993';
  const token = signing(key, { typ: 'JWT' });
  const player = { iss, aud: [api, `${iss}userinfo`], azp: client, sub: userId, scope: 'openid profile email', permissions: ['scores:write'] };
  const service = { iss, aud: api, client_id: 'awZfdIir', sub: 'awZfdIir@clients', jti: '73WakrfVbNJB', scope: 'scores:write:any', gty: 'client-credentials' };
  return {
    heading: 'Auth0',
    keySet: { keys: [key, next].map(({ kid, members }) => ({ ...members, use: 'sig', kid, x5t: kid, x5c: X5C, alg: 'RS256' })) },
    userId,
    player: token(player),
    // The RFC 9068 profile, which can be enabled for the API.
    service: token(service, { typ: 'at+jwt' }),
    unprivileged: token({ ...player, permissions: [] }),
    foreign: {
      'another tenant': token({ ...player, iss: 'https://other-tenant.eu.auth0.com/' }),
      'another API': token({ ...player, aud: 'https://other.example.com' }),
      'an ID token': token({ ...player, aud: client }),
    },
  };
}
