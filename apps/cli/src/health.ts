import { once } from 'node:events';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getTls } from 'node:https';
import { readSettings } from '@scoreboard/infrastructure/config';

/** For a container's health check: exits 0 where the role on `PORT` (default 3000) of this machine is ready, else 1. Needs no shell. */
async function isReady(): Promise<boolean> {
  const { PORT, TLS_CERT_FILE } = readSettings('cli');
  // Whose certificate it is, clients check: here the role's own machine asks.
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
