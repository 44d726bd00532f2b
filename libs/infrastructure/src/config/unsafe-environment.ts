import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What is wrong with variables that Node and the PostgreSQL driver read by themselves, past our settings; a line each. */
export function ambientProblems(environment: NodeJS.ProcessEnv): string[] {
  const { NODE_TLS_REJECT_UNAUTHORIZED, NODE_EXTRA_CA_CERTS, PGSSLMODE } = environment;
  const lines: string[] = [];
  if (NODE_TLS_REJECT_UNAUTHORIZED === '0') lines.push('NODE_TLS_REJECT_UNAUTHORIZED: must not be 0: no certificate would be checked; name its authority in NODE_EXTRA_CA_CERTS');
  if (PGSSLMODE) lines.push('PGSSLMODE: must not be set; say sslmode=verify-full in DATABASE_URL');
  // Node itself only warns, and every server would then be refused one by one.
  if (NODE_EXTRA_CA_CERTS && !holdsCertificate(NODE_EXTRA_CA_CERTS)) lines.push(`NODE_EXTRA_CA_CERTS: ${NODE_EXTRA_CA_CERTS} cannot be read as certificates in PEM`);
  return lines;
}

function holdsCertificate(file: string): boolean {
  try {
    return new X509Certificate(readFileSync(file)).ca !== undefined;
  } catch {
    return false; // whatever the reason, the line says which file to look at
  }
}
