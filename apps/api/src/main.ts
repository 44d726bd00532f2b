import { SubmitScore } from '@scoreboard/application';
import { checkServers, connectionsThatFit, readCertificate, readSettings, secretsOf } from '@scoreboard/infrastructure/config';
import { follow, measureHttp, openTrails, PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { createApp, serveDocs, servePage } from '@scoreboard/interfaces';
import { ApiModule, PAGE_FOLDER } from './api.module';

run(async () => {
  const settings = readSettings('api');
  await checkServers(settings);
  const logger = new PinoLogger({ level: settings.LOG_LEVEL, role: 'api', secrets: secretsOf(settings) });
  const app = await createApp(ApiModule.forRoot(settings), {
    logger,
    tls: readCertificate(settings),
    mostOpen: connectionsThatFit(),
    trustProxy: settings.TRUST_PROXY,
    corsOrigins: settings.CORS_ORIGINS,
  });
  measureHttp(app);
  await serveDocs(app, { maxIncrement: settings.MAX_SCORE_INCREMENT });
  servePage(app, PAGE_FOLDER);
  const { trails, close } = await openTrails(app, settings, logger);
  follow(trails, { submitScore: app.get(SubmitScore) });
  await serve(app, settings, { lastly: close });
});
