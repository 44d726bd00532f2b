import { checkServers, readCertificate, readSettings } from '@scoreboard/infrastructure/config';
import { measureAudience, PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { openSockets } from '@scoreboard/infrastructure/websocket';
import { Audience, bareAnswer, createApp } from '@scoreboard/interfaces';
import { GatewayAppModule } from './gateway-app.module';

run(async () => {
  const settings = readSettings('gateway');
  await checkServers(settings);
  const app = await createApp(GatewayAppModule.forRoot(settings), {
    logger: new PinoLogger({ level: settings.LOG_LEVEL, role: 'gateway' }),
    tls: readCertificate(settings),
    trustProxy: settings.TRUST_PROXY,
    corsOrigins: settings.CORS_ORIGINS,
  });
  const sockets = openSockets(app, settings, bareAnswer);
  measureAudience(app.get(Audience), sockets);
  await serve(app, settings, () => sockets.sendAway());
});
