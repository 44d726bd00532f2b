import { LiveBoard } from '@scoreboard/application';
import { checkServers, connectionsThatFit, readCertificate, readSettings, secretsOf } from '@scoreboard/infrastructure/config';
import { follow, measureAudience, openTrails, PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { openSockets } from '@scoreboard/infrastructure/websocket';
import { Audience, bareConnections, createApp } from '@scoreboard/interfaces';
import { GatewayAppModule } from './gateway-app.module';

run(async () => {
  const settings = readSettings('gateway');
  await checkServers(settings);
  const logger = new PinoLogger({ level: settings.LOG_LEVEL, role: 'gateway', secrets: secretsOf(settings) });
  const app = await createApp(GatewayAppModule.forRoot(settings), {
    logger,
    tls: readCertificate(settings),
    mostOpen: connectionsThatFit(),
    trustProxy: settings.TRUST_PROXY,
    corsOrigins: settings.CORS_ORIGINS,
  });
  const sockets = openSockets(app, settings, bareConnections);
  measureAudience(app.get(Audience), sockets);
  const { trails, close } = await openTrails(app, settings, logger);
  follow(trails, { live: app.get(LiveBoard), audience: app.get(Audience) });
  await serve(app, settings, { sendAway: () => sockets.sendAway(), lastly: close });
});
