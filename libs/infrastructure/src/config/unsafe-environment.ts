import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Problems with variables that Node and the PostgreSQL driver read themselves, without our settings; one line each. */
export function ambientProblems(environment: NodeJS.ProcessEnv): string[] {
  const { NODE_TLS_REJECT_UNAUTHORIZED, NODE_EXTRA_CA_CERTS, PGSSLMODE } = environment;
  const lines: string[] = [];
  if (NODE_TLS_REJECT_UNAUTHORIZED === '0') lines.push('NODE_TLS_REJECT_UNAUTHORIZED: must not be 0, which disables all certificate checks; set NODE_EXTRA_CA_CERTS to the certificate authority instead');
  if (PGSSLMODE) lines.push('PGSSLMODE: must not be set; use sslmode=verify-full in DATABASE_URL');
  // Node only warns, and the connection to every server would then fail.
  if (NODE_EXTRA_CA_CERTS && !holdsCertificate(NODE_EXTRA_CA_CERTS)) lines.push(`NODE_EXTRA_CA_CERTS: ${NODE_EXTRA_CA_CERTS} cannot be read as PEM certificates`);
  return lines;
}

function holdsCertificate(file: string): boolean {
  try {
    return new X509Certificate(readFileSync(file)).ca !== undefined;
  } catch {
    return false; // the line names the file, whatever the reason
  }
}
