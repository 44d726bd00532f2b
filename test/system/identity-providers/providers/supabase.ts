import { createSecretKey } from 'node:crypto';
import { newKey } from '../fake-provider';
import { now, type Provider, type ProviderToken, signing, times } from '../provider';

const supabaseClaims = (sub: string, app_metadata: object = {}) => ({
  iss: 'https://yourprojectref.supabase.co/auth/v1',
  sub,
  aud: 'authenticated',
  email: 'ann@example.com',
  phone: '',
  app_metadata: { provider: 'email', providers: ['email'], ...app_metadata },
  user_metadata: { roles: ['scores:write:any', 'scores:admin'] }, // editable by the user
  role: 'authenticated',
  aal: 'aal1',
  amr: [{ method: 'password', timestamp: now }],
  session_id: '8c7d',
  is_anonymous: false,
});
const SUPABASE_USER = '123e4567-e89b-12d3-a456-426614174000';

/** The same claims, signed with the project's key. */
function supabase(signed: (claims: object) => ProviderToken, more: Pick<Provider, 'block' | 'keySet'>): Provider {
  const anon = { iss: 'supabase', ref: 'yourprojectref', role: 'anon' };
  return {
    heading: 'Supabase',
    ...more,
    userId: SUPABASE_USER,
    player: signed(supabaseClaims(SUPABASE_USER)),
    service: signed(supabaseClaims('9b2d', { roles: ['scores:write:any'] })),
    unprivileged: signed(supabaseClaims(SUPABASE_USER, { roles: ['scores:admin'] })),
    foreign: {
      'another project': signed({ ...supabaseClaims(SUPABASE_USER), iss: 'https://otherprojectref.supabase.co/auth/v1' }),
      'the key anon': signed(anon),
      'the key service_role': signed({ ...anon, role: 'service_role' }),
    },
  };
}

export function supabaseKeys(): Provider {
  const [key, standby] = [newKey('ea6f2c7f-6d4f-4b8e-9e3a-4a4b1f9d2c11', 'p256'), newKey('0c1d2e3f-6d4f-4b8e-9e3a-4a4b1f9d2c11', 'p256')];
  const keySet = { keys: [key, standby].map(({ kid, members }) => ({ alg: 'ES256', ext: true, key_ops: ['verify'], kid, use: 'sig', ...members })) };
  return supabase(signing(key, { typ: 'JWT' }, 'ES256'), { keySet });
}

export function supabaseLegacy(secret: string): Provider {
  const key = createSecretKey(Buffer.from(secret));
  return supabase((claims) => ({ header: { alg: 'HS256', kid: 'l8Yk2bXo9d', typ: 'JWT' }, claims: { ...times, ...claims }, key }), { block: 1 });
}
