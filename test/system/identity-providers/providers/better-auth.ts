import { newKey } from '../fake-provider';
import { type Provider, signing } from '../provider';

export function betterAuth(): Provider {
  const key = newKey('zXb3kD9yQmWfTn5vLc8rJh2sPg7aEu4o', 'ed25519');
  const userId = 'Kx7mPq2LrT9vWz4NbY8cHd3JfG6sAe1U';
  const base = { iss: 'https://your-app.example.com', aud: 'https://your-app.example.com' };
  const user = { id: userId, name: 'Ann', email: 'ann@example.com', emailVerified: true, image: null, createdAt: '2026-01-01T00:00:00.000Z' };
  // An additional field that the user can edit.
  const player = { ...base, ...user, sub: userId, roles: ['scores:admin'] };
  const token = signing(key, {}, 'EdDSA');
  return {
    heading: 'Better Auth',
    keySet: { keys: [{ alg: 'EdDSA', crv: 'Ed25519', ...key.members, kid: key.kid }] },
    userId,
    player: token(player),
    service: token({ ...base, sub: 'server', scope: 'scores:write:any' }),
    unprivileged: token({ ...base, sub: userId, scope: 'scores:admin' }),
    foreign: {
      'another application': token({ ...player, iss: 'https://other.example.com', aud: 'https://other.example.com' }),
      'another audience': token({ ...player, aud: 'https://other.example.com' }),
    },
  };
}
