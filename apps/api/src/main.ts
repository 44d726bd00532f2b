import { join } from 'node:path';
import { checkServers, readCertificate, readSettings } from '@scoreboard/infrastructure/config';
import { measureHttp, PinoLogger, run, serve } from '@scoreboard/infrastructure/observability';
import { createApp, serveDocs, servePage } from '@scoreboard/interfaces';
import { ApiModule } from './api.module';

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
  servePage(app, { folder: join(__dirname, '../../web'), gatewayUrl: settings.GATEWAY_URL ?? null });
  await serve(app, settings);
});
