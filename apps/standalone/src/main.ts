import { ApplyScores, LiveBoard, ProjectStandings, ScoreQueue, SubmitScore, TokenSigner } from '@scoreboard/application';
import { checkServers, connectionsThatFit, keepPrivate, readCertificate, readSettings, secretsOf, type Settings } from '@scoreboard/infrastructure/config';
import { Database } from '@scoreboard/infrastructure/database';
import { ScoreQueueStrategy } from '@scoreboard/infrastructure/messaging';
import { follow, measureAudience, measureHttp, openTrails, PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { keptDataKeys, withKeptSecret } from '@scoreboard/infrastructure/security';
import { openSockets } from '@scoreboard/infrastructure/websocket';
import { Audience, bareConnections, createApp, ScoreConsumerModule, serveDocs, servePage } from '@scoreboard/interfaces';
import { PAGE_FOLDER, StandaloneModule } from './standalone.module';
import { welcome } from './welcome';

run(async () => {
  const read = readSettings('standalone');
  keepPrivate(read.DATA_DIR);
  const settings = withOwnKeys(read);
  await checkServers(settings);
  const logger = new PinoLogger({ level: settings.LOG_LEVEL, role: 'standalone', secrets: secretsOf(settings) });
  const app = await createApp(StandaloneModule.forRoot(settings), {
    logger,
    tls: readCertificate(settings),
    mostOpen: connectionsThatFit(),
    trustProxy: settings.TRUST_PROXY,
    corsOrigins: settings.CORS_ORIGINS,
  });
  // Opened before anything is served: a data folder that another process holds ends the start.
  await app.get(Database).open();
  measureHttp(app);
  const sockets = openSockets(app, settings, bareConnections);
  measureAudience(app.get(Audience), sockets);
  await serveDocs(app, { maxIncrement: settings.MAX_SCORE_INCREMENT });
  servePage(app, PAGE_FOLDER);
  app.connectMicroservice({ strategy: new ScoreQueueStrategy(app.get(ScoreQueue)) });
  await app.startAllMicroservices();
  const { trails, close } = await openTrails(app, settings, logger);
  follow(trails, {
    submitScore: app.get(SubmitScore),
    applyScores: app.get(ApplyScores),
    projection: app.select(ScoreConsumerModule).get(ProjectStandings, { strict: true }), // a moderator has another
    live: app.get(LiveBoard),
    audience: app.get(Audience),
  });
  await serve(app, settings, { sendAway: () => sockets.sendAway(), lastly: close });
  process.stdout.write(await welcome(await app.getUrl(), app.get(TokenSigner), settings.TLS_CERT_FILE));
});

/** Where the operator gives none, tokens are signed and personal data is sealed with keys that live in the data folder. */
function withOwnKeys(settings: Settings): Settings {
  return { ...withKeptSecret(settings), DATA_ENCRYPTION_KEYS: settings.DATA_ENCRYPTION_KEYS ?? keptDataKeys(settings.DATA_DIR) };
}
