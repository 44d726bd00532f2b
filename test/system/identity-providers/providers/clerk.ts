import { newKey } from '../fake-provider';
import { now, type Provider, signing } from '../provider';

export function clerk(): Provider {
  const key = newKey('ins_3DGC6RbgQaOglagDsLk6LCFM35J');
  const userId = 'user_3DGDPJWoHeW2vdGyTqRFP1g7ysm';
  const iss = 'https://clerk.your-app.example.com';
  const session = { fva: [85, -1], nbf: now - 10, sid: 'sess_3DGFRsC6DifD8ixBMuzDhZ854TQ', sts: 'active', v: 2 };
  const player = { ...session, iss, azp: 'https://your-app.example.com', sub: userId, roles: null };
  const token = signing(key, { cat: 'cl_B7d4PD111AAA', typ: 'JWT' });
  return {
    heading: 'Clerk',
    keySet: { keys: [{ use: 'sig', kty: 'RSA', kid: key.kid, alg: 'RS256', ...key.members }] },
    userId,
    player: token(player),
    service: token({ ...player, azp: 'https://www.your-app.example.com', sub: 'user_server', roles: ['scores:write:any'] }),
    unprivileged: token({ ...player, roles: ['scores:admin'] }),
    foreign: {
      'another instance': token({ ...player, iss: 'https://amazed-oyster-57.clerk.accounts.dev' }),
      'a page of another origin': token({ ...player, azp: 'https://evil.example.com' }),
      'a machine token': token({ iss, aud: ['mch_1'], scopes: 'mch_1', sub: 'mch_2', jti: 'mt_1' }, { cat: 'cl_B7d4PD333AAA' }),
    },
  };
}
