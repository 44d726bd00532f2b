import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { checkServers, connectionsThatFit, openFilesProblem, readCertificate, secretsOf, type Settings } from '@scoreboard/infrastructure/config';
import { PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { createApp } from '@scoreboard/interfaces';
import { loadExtensions } from './load-extensions';

/** The roles that serve WebSockets. */
const ROLES_WITH_SOCKETS: ReadonlySet<Settings['role']> = new Set(['gateway', 'standalone']);

/** The module of a role. Lifecycle hooks of the imported modules start and stop everything the role does. */
export interface RoleModule {
  forRoot(settings: Settings): DynamicModule;
}

/**
 * Runs a role until it exits: reads the settings, creates the module and joins the extensions to it, listens, and drains on SIGTERM or SIGINT
 * (see `serve`). `started` is called once requests are served. An invalid setting or an error during the start is printed and sets the exit code.
 */
export function bootstrap(module: RoleModule, read: () => Settings, started?: (app: NestFastifyApplication, settings: Settings) => Promise<void>): void {
  run(async () => {
    const settings = read();
    const extensions = await loadExtensions(settings.SCOREBOARD_EXTENSIONS);
    await checkServers(settings);
    const logger = new PinoLogger({ level: settings.LOG_LEVEL, role: settings.role, secrets: secretsOf(settings) });
    const problem = ROLES_WITH_SOCKETS.has(settings.role) ? openFilesProblem(settings.MAX_CONNECTIONS) : undefined;
    if (problem) logger.warn(problem, 'OpenFiles');
    const app = await createApp(module.forRoot(settings), {
      logger,
      extensions,
      tls: readCertificate(settings),
      maxConnections: connectionsThatFit(),
      trustProxy: settings.TRUST_PROXY,
      corsOrigins: settings.CORS_ORIGINS,
    });
    await app.init();
    await app.startAllMicroservices();
    await serve(app, settings);
    await started?.(app, settings);
  });
}
