import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { algorithmsOf, KEY_FORM } from './jwt-key';

const PUBLIC_KEY_FORM = 'must be a public key in PEM (-----BEGIN PUBLIC KEY-----)';
const PRIVATE_KEY_FORM = 'must be a private key in PEM, without a passphrase (-----BEGIN PRIVATE KEY-----)';
const key = (read: (pem: string) => KeyObject, form: string) =>
  z.string().transform((pem, context) => {
    const found = readPem(pem, read);
    if (found && algorithmsOf(found).length) return found;
    context.addIssue({ code: 'custom', message: found ? KEY_FORM : form });
    return z.NEVER;
  });

function readPem(pem: string, read: (pem: string) => KeyObject): KeyObject | undefined {
  try {
    // A PEM on one line, as in environment files, has \n for its line breaks.
    return read(pem.replaceAll('\\n', '\n'));
  } catch {
    return undefined; // the setting's own line reports it
  }
}

/** Refuses a private key, although Node could derive its public key: a setting for a public key must not contain a private one. */
function readPublicKey(pem: string): KeyObject {
  if (pem.includes('PRIVATE KEY')) throw new Error(PUBLIC_KEY_FORM);
  return createPublicKey(pem);
}

/** A public key in PEM, of a kind that can verify tokens. */
export const publicKeySetting = key(readPublicKey, PUBLIC_KEY_FORM);

/** A private key in PEM, of a kind that can sign tokens. */
export const privateKeySetting = key(createPrivateKey, PRIVATE_KEY_FORM);
