import { newKey } from '../fake-provider';
import { now, type Provider, signing } from '../provider';

export function okta(): Provider {
  const [key, next] = [newKey('bR3CLjhK8eVw8oLy1mOJQF7a4Pp6L2aGXkKLiXvLRCY'), newKey('hGiZk5rZ9kJxq3mTVhXf3l8Gk7wqLZDyM0oQhN4h0Lc')];
  const base = { ver: 1, iss: 'https://your-org.okta.com/oauth2/default', aud: 'api://default', cid: '0oa5vvrqlmT4W0zS35d7', jti: 'AT.0wn2JmLPw1AKY' };
  const userId = '00u5vt2rkb0jwK6FS5d7';
  const token = signing(key);
  const player = { ...base, uid: userId, scp: ['openid', 'scores:write'], auth_time: now, sub: 'ann@example.com' };
  return {
    heading: 'Okta',
    keySet: { keys: [key, next].map(({ kid, members }) => ({ kty: 'RSA', alg: 'RS256', kid, use: 'sig', ...members })) },
    userId,
    player: token(player),
    service: token({ ...base, cid: '0oa6game', scp: ['scores:write:any'], sub: '0oa6game' }),
    serviceHasNoUser: true,
    unprivileged: token({ ...player, scp: ['openid', 'profile'] }),
    foreign: {
      'another authorization server': token({ ...player, iss: 'https://your-org.okta.com/oauth2/aus123' }),
      'another audience': token({ ...player, aud: 'https://your-org.okta.com' }),
    },
  };
}
