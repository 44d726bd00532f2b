import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { SettingsError } from './settings-error';

/** The files of the certificate for HTTPS and WSS: both, or neither. */
export interface CertificateFiles {
  readonly TLS_CERT_FILE?: string;
  readonly TLS_KEY_FILE?: string;
}

/** In PEM: the certificate followed by its intermediate certificates, and its private key. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
  readonly expires: Date;
}

/** Reads both files; undefined if none is set. Throws `SettingsError` for a certificate that no client would accept now. */
export function readCertificate({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }: CertificateFiles): ServerCertificate | undefined {
  if (!certFile && !keyFile) return undefined;
  if (!certFile) throw new SettingsError(['TLS_CERT_FILE: is required with TLS_KEY_FILE']);
  if (!keyFile) throw new SettingsError(['TLS_KEY_FILE: is required with TLS_CERT_FILE']);
  const cert = or(`TLS_CERT_FILE: ${certFile} cannot be read`, () => readFileSync(certFile, 'utf8'));
  const key = or(`TLS_KEY_FILE: ${keyFile} cannot be read`, () => readFileSync(keyFile, 'utf8'));
  const certificate = or(`TLS_CERT_FILE: ${certFile} contains no PEM certificate`, () => new X509Certificate(cert));
  const privateKey = or(`TLS_KEY_FILE: ${keyFile} contains no PEM private key without a passphrase`, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) throw new SettingsError([`TLS_KEY_FILE: ${keyFile} is not the key of the certificate in ${certFile}`]);
  const [begins, expires] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  if (expires.getTime() < Date.now()) throw new SettingsError([`TLS_CERT_FILE: ${certFile} expired on ${expires.toISOString()}`]);
  if (begins.getTime() > Date.now()) throw new SettingsError([`TLS_CERT_FILE: ${certFile} is not valid before ${begins.toISOString()}`]);
  or(`TLS_CERT_FILE: ${certFile} cannot be served`, () => createSecureContext({ cert, key }));
  return { cert, key, expires };
}

function or<T>(problem: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw new SettingsError([`${problem} (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`]);
  }
}
