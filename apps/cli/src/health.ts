import { once } from 'node:events';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getTls } from 'node:https';
import { readSettings } from '@scoreboard/infrastructure/config';

/** For a container's health check: exits with 0 if the role on `PORT` (default: 3000) of this machine is ready, otherwise with 1. Needs no shell. */
async function isReady(): Promise<boolean> {
  const { PORT, TLS_CERT_FILE } = readSettings('cli');
  // Clients check the certificate; this request stays on the role's own machine.
  const options = { host: '127.0.0.1', port: PORT || 3000, path: '/health/ready', rejectUnauthorized: false, agent: false as const };
  const request = (TLS_CERT_FILE ? getTls : getPlain)({ ...options, signal: AbortSignal.timeout(2_500) });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer.statusCode === 200;
}

isReady().then(
  (ready) => process.exit(ready ? 0 : 1),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
