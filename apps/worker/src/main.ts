import { ApplyScores, ProjectStandings, ScoreQueue } from '@scoreboard/application';
import { checkServers, readCertificate, readSettings, secretsOf } from '@scoreboard/infrastructure/config';
import { createApp, ScoreConsumerModule, ScoreQueueStrategy } from '@scoreboard/interfaces';
import { follow, openTrails, PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { WorkerModule } from './worker.module';

run(async () => {
  const settings = readSettings('worker');
  await checkServers(settings);
  const logger = new PinoLogger({ level: settings.LOG_LEVEL, role: 'worker', secrets: secretsOf(settings) });
  const app = await createApp(WorkerModule.forRoot(settings), {
    logger,
    tls: readCertificate(settings),
    trustProxy: 0,
    corsOrigins: [],
  });
  app.connectMicroservice({ strategy: new ScoreQueueStrategy(app.get(ScoreQueue)) });
  await app.startAllMicroservices();
  const { trails, close } = await openTrails(app, settings, logger);
  follow(trails, { applyScores: app.get(ApplyScores), projection: app.select(ScoreConsumerModule).get(ProjectStandings, { strict: true }) });
  await serve(app, settings, { lastly: close });
});
