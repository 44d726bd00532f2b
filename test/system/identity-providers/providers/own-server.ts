import { createSecretKey, type KeyObject } from 'node:crypto';
import { newKey } from '../fake-provider';
import { type Provider, type ProviderToken, times } from '../provider';

/** Both variants under the last heading, with claims as described in our README. */
function ownServer(key: KeyObject, alg: string, more: Partial<Provider> = {}): Provider {
  const base = { iss: 'https://game.example.com', aud: 'scoreboard' };
  const token = (claims: object): ProviderToken => ({ header: { alg }, claims: { ...times, ...base, ...claims }, key });
  return {
    heading: 'Signed by your own server',
    ...more,
    userId: 'ann',
    player: token({ sub: 'ann', scope: 'scores:write' }),
    service: token({ sub: 'game', scope: 'scores:write:any' }),
    unprivileged: token({ sub: 'ann' }),
    foreign: {
      'another server': token({ sub: 'ann', scope: 'scores:write', iss: 'https://other.example.com' }),
      'another audience': token({ sub: 'ann', scope: 'scores:write', aud: 'shop' }),
    },
  };
}

export const ownServerWithSecret = (secret: string): Provider => ownServer(createSecretKey(Buffer.from(secret)), 'HS256');

export function ownServerWithKeyPair(): Provider {
  const { privateKey, publicKey } = newKey('game', 'ed25519');
  return ownServer(privateKey, 'EdDSA', { block: 1, publicKey });
}
