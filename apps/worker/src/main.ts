import { ScoreQueue } from '@scoreboard/application';
import { readSettings } from '@scoreboard/infrastructure/config';
import { ScoreQueueStrategy } from '@scoreboard/infrastructure/messaging';
import { PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { createApp } from '@scoreboard/interfaces';
import { WorkerModule } from './worker.module';

run(async () => {
  const settings = readSettings('worker');
  const app = await createApp(WorkerModule.forRoot(settings), {
    logger: new PinoLogger({ level: settings.LOG_LEVEL, role: 'worker' }),
    trustProxy: 0,
    corsOrigins: [],
  });
  app.connectMicroservice({ strategy: new ScoreQueueStrategy(app.get(ScoreQueue)) });
  await app.startAllMicroservices();
  await serve(app, { host: settings.HOST, port: settings.PORT });
});
