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

/** Long enough for a load balancer to see the readiness fall and send requests elsewhere. */
const SERVE_ON_MS = 1_000;

/** An orchestrator kills after 10 s or more: be gone by then, whatever server is away. */
const DEADLINE_MS = 9_000;

/** A turn of the event loop shorter than this had next to nothing to do; a process that is busy all the time gets none. */
const CALM_MS = 0.2;
const CALM_TURNS_MAX = 1_000;

/**
 * Listens, with a certificate that is renewed when its files are, and drains on SIGTERM or SIGINT: readiness falls, requests
 * are served on for a moment with `Connection: close`, then the app closes (stops accepting, disconnects sockets, finishes what is in
 * flight, acknowledges, disconnects) and the process exits 0. What nobody caught is a line of the log, and
 * ends it with 1.
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
      logger.warn('not drained in time: leaving what is in flight to its retry');
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
 * Closes the listening socket in a calm turn of the event loop. What the kernel had queued for it by then is reset, and whoever sent that
 * cannot know whether it was heard: so it is closed right after a turn that had next to nothing to do. Connections that are open live on.
 */
async function stopAccepting(server: Listener): Promise<void> {
  for (let turns = 0; turns < CALM_TURNS_MAX; turns++) {
    const began = performance.now();
    await nextTurn();
    if (performance.now() - began < CALM_MS) break;
  }
  Listener.prototype.close.call(server);
}
