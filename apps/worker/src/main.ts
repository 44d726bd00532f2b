import { ApplyScores, ProjectStandings, ScoreQueue } from '@scoreboard/application';
import { checkServers, connectionsThatFit, readCertificate, readSettings, secretsOf } from '@scoreboard/infrastructure/config';
import { ScoreQueueStrategy } from '@scoreboard/infrastructure/messaging';
import { follow, openTrails, PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { createApp, ScoreConsumerModule } from '@scoreboard/interfaces';
import { WorkerModule } from './worker.module';

run(async () => {
  const settings = readSettings('worker');
  await checkServers(settings);
  const logger = new PinoLogger({ level: settings.LOG_LEVEL, role: 'worker', secrets: secretsOf(settings) });
  const app = await createApp(WorkerModule.forRoot(settings), {
    logger,
    tls: readCertificate(settings),
    mostOpen: connectionsThatFit(),
    trustProxy: 0,
    corsOrigins: [],
  });
  app.connectMicroservice({ strategy: new ScoreQueueStrategy(app.get(ScoreQueue)) });
  await app.startAllMicroservices();
  const { trails, close } = await openTrails(app, settings, logger);
  follow(trails, { applyScores: app.get(ApplyScores), projection: app.select(ScoreConsumerModule).get(ProjectStandings, { strict: true }) });
  await serve(app, settings, { lastly: close });
});
