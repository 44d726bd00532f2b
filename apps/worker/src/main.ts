import { ScoreQueue } from '@scoreboard/application';
import { checkServers, readCertificate, readSettings } from '@scoreboard/infrastructure/config';
import { ScoreQueueStrategy } from '@scoreboard/infrastructure/messaging';
import { PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { createApp } from '@scoreboard/interfaces';
import { WorkerModule } from './worker.module';

run(async () => {
  const settings = readSettings('worker');
  await checkServers(settings);
  const app = await createApp(WorkerModule.forRoot(settings), {
    logger: new PinoLogger({ level: settings.LOG_LEVEL, role: 'worker' }),
    tls: readCertificate(settings),
    trustProxy: 0,
    corsOrigins: [],
  });
  app.connectMicroservice({ strategy: new ScoreQueueStrategy(app.get(ScoreQueue)) });
  await app.startAllMicroservices();
  await serve(app, settings);
});
