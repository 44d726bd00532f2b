import type { Server } from 'node:https';
import { Server as Listener } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '@scoreboard/infrastructure/config';
import { renewCertificate } from './certificate-renewal';
import { Readiness } from './readiness';
import { Tracing } from './tracing.module';

type ServeSettings = Pick<Settings, 'HOST' | 'PORT' | 'TLS_CERT_FILE' | 'TLS_KEY_FILE'>;

/** Long enough for a load balancer to see that the process is not ready and to send requests elsewhere. */
const SERVE_ON_MS = 1_000;

/** Orchestrators kill a process after 10 s or more, so exit before that even if a server is unavailable. */
const DEADLINE_MS = 9_000;

/** A turn of the event loop that is shorter than this was idle. A process that is always busy has none. */
const CALM_MS = 0.2;
const CALM_TURNS_MAX = 1_000;

/**
 * Listens, renews the certificate when its files change, and drains on SIGTERM or SIGINT: readiness becomes 503, requests are
 * still served for one second with `Connection: close`, then the app closes (stops accepting, disconnects sockets, finishes
 * requests and batches in progress, acknowledges, disconnects) and the process exits with 0. An uncaught exception is logged and
 * the process exits with 1.
 */
export async function serve(app: NestFastifyApplication, settings: ServeSettings): Promise<void> {
  const logger = new Logger('Lifecycle');
  const readiness = app.get(Readiness);
  process.on('uncaughtException', (error) => {
    logger.fatal(error);
    process.exit(1);
  });
  await app.listen(settings.PORT, settings.HOST);
  renewCertificate(app.getHttpServer() as Server, settings);
  readiness.serve();
  logger.log(`listening on ${await app.getUrl()}`);

  const drain = async (signal: string) => {
    if (readiness.isDraining) return;
    logger.log(`${signal}: draining`);
    readiness.drain();
    setTimeout(() => {
      logger.warn('not drained in time: exiting; requests and batches in progress must be retried');
      process.exit(0);
    }, DEADLINE_MS).unref();
    await delay(SERVE_ON_MS);
    await stopAccepting(app.getHttpServer() as Server);
    await app.close();
    await app.get(Tracing)?.close();
    logger.log('drained');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void drain(signal));
}

/**
 * Closes the listening socket right after an idle turn of the event loop. Closing resets the connections that the kernel has queued but
 * the process has not accepted, and their clients cannot know whether a request was processed; after an idle turn there are hardly any.
 * Open connections stay open.
 */
async function stopAccepting(server: Listener): Promise<void> {
  for (let turns = 0; turns < CALM_TURNS_MAX; turns++) {
    const began = performance.now();
    await nextTurn();
    if (performance.now() - began < CALM_MS) break;
  }
  Listener.prototype.close.call(server);
}
