import { newKey } from '../fake-provider';
import { now, type Provider, signing } from '../provider';

export function firebase(): Provider {
  const [key, next] = [newKey('7a1e6d5f7a1e6d5f7a1e6d5f7a1e6d5f7a1e6d5f'), newKey('c8d2b1f0c8d2b1f0c8d2b1f0c8d2b1f0c8d2b1f0')];
  const userId = 'vRjLxq8XKgYQ1bVfW3tZcD4eFgH2';
  const signIn = { auth_time: now, firebase: { identities: { email: ['ann@example.com'] }, sign_in_provider: 'password' } };
  const claims = (uid: string) => ({ iss: 'https://securetoken.google.com/your-project', aud: 'your-project', user_id: uid, sub: uid, ...signIn });
  const token = signing(key, { typ: 'JWT' });
  const admin = 'firebase-adminsdk@your-project.iam.gserviceaccount.com';
  const custom = 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit';
  return {
    heading: 'Firebase',
    keySet: { keys: [next, key].map(({ kid, members }) => ({ ...members, alg: 'RS256', use: 'sig', kid })) },
    userId,
    player: token({ ...claims(userId), email: 'ann@example.com', email_verified: true }),
    service: token({ ...claims('game-server'), roles: ['scores:write:any'] }),
    unprivileged: token({ ...claims(userId), roles: ['scores:admin'] }),
    foreign: {
      'another project': token({ ...claims(userId), iss: 'https://securetoken.google.com/other-project', aud: 'other-project' }),
      'a custom token': { ...token({ iss: admin, sub: admin, aud: custom, uid: userId }), key: newKey('service').privateKey },
    },
  };
}
