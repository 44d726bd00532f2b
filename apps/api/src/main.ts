import { checkServers, readCertificate, readSettings } from '@scoreboard/infrastructure/config';
import { measureHttp, PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { createApp, serveDocs, servePage } from '@scoreboard/interfaces';
import { ApiModule, PAGE_FOLDER } from './api.module';

run(async () => {
  const settings = readSettings('api');
  await checkServers(settings);
  const app = await createApp(ApiModule.forRoot(settings), {
    logger: new PinoLogger({ level: settings.LOG_LEVEL, role: 'api' }),
    tls: readCertificate(settings),
    trustProxy: settings.TRUST_PROXY,
    corsOrigins: settings.CORS_ORIGINS,
  });
  measureHttp(app);
  serveDocs(app, { maxIncrement: settings.MAX_SCORE_INCREMENT });
  servePage(app, PAGE_FOLDER);
  await serve(app, settings);
});
