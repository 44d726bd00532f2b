import type { Provider } from '../provider';
import { auth0 } from './auth0';
import { betterAuth } from './better-auth';
import { clerk } from './clerk';
import { cognito } from './cognito';
import { entra } from './entra-id';
import { firebase } from './firebase';
import { keycloak } from './keycloak';
import { okta } from './okta';
import { ownServerWithKeyPair, ownServerWithSecret } from './own-server';
import { supabaseKeys, supabaseLegacy } from './supabase';

/** One provider per recipe; `secretOf` returns the secret in a recipe. */
export const providers = (secretOf: (heading: string, block: number) => string): readonly Provider[] => [
  auth0(),
  keycloak(),
  entra(),
  okta(),
  cognito(),
  firebase(),
  supabaseKeys(),
  supabaseLegacy(secretOf('Supabase', 1)),
  clerk(),
  betterAuth(),
  ownServerWithSecret(secretOf('Signed by your own server', 0)),
  ownServerWithKeyPair(),
];
