import { newKey } from '../fake-provider';
import { type Provider, signing, X5C } from '../provider';

export function keycloak(): Provider {
  const [key, encryption] = [newKey('FJ86GcF3jTbNLOco4NvZkUCIUmfYCqoqtOQeMfbhNlE'), newKey('7b2cLRjtCvWxPaDeLzqbTQyWxkSi5tA1OqKMvYTQzIY')];
  const userId = 'f:5a3c1b3e-7f0c-4c57-9a41-6a1b2c3d4e5f:ann';
  const base = { iss: 'https://keycloak.example.com/realms/your-realm', typ: 'Bearer', azp: 'website', acr: '1', scope: 'profile email', jti: 'onrtac:4c5e' };
  const token = signing(key, { typ: 'JWT' });
  const roles = (...names: string[]) => ({ realm_access: { roles: ['offline_access', 'uma_authorization', 'default-roles-your-realm', ...names] } });
  const account = { preferred_username: 'ann', resource_access: { account: { roles: ['manage-account'] } } };
  const player = { ...base, ...account, aud: ['scoreboard', 'account'], sub: userId, ...roles('scores:write') };
  const server = { azp: 'game-server', client_id: 'game-server', preferred_username: 'service-account-game-server' };
  return {
    heading: 'Keycloak',
    keySet: {
      keys: [
        { kid: encryption.kid, alg: 'RSA-OAEP', use: 'enc', x5c: X5C, 'x5t': 'a', 'x5t#S256': 'b', ...encryption.members },
        { kid: key.kid, alg: 'RS256', use: 'sig', x5c: X5C, 'x5t': 'c', 'x5t#S256': 'd', ...key.members },
      ],
    },
    leftOut: [encryption.kid],
    userId,
    player: token(player),
    service: token({ ...base, ...server, aud: 'scoreboard', sub: '0b6e2a5e-8a1e-4a57-8f43-8d4b7b7f1c11', ...roles('scores:write:any') }),
    unprivileged: token({ ...player, ...roles() }),
    foreign: {
      'another realm': token({ ...player, iss: 'https://keycloak.example.com/realms/master' }),
      'a client without the audience mapper': token({ ...player, aud: 'account' }),
      'a token signed with the encryption key': { ...token(player), header: { alg: 'RS256', kid: encryption.kid }, key: encryption.privateKey },
    },
  };
}
