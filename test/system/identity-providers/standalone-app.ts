import { createApp } from '@scoreboard/interfaces';
import { readSettings, withGeneratedSecrets } from '@scoreboard/infrastructure/config';
import { Readiness } from '@scoreboard/infrastructure/observability';
import { register } from 'prom-client';
import { StandaloneModule } from '../../../apps/standalone/src/standalone.module';
import { BUILT_PAGE, freshLedger } from '../../support';

/** A standalone in this process, which takes a tenth of the CPU of one that is started. */
export interface StandaloneApp {
  readonly url: string;
  /** What it logged as a warning or an error. */
  readonly complaints: readonly string[];
  stop(): Promise<void>;
}

/** Starts one; another may be started once this one has stopped, because a process has one logger and one registry of metrics. */
export async function startStandaloneApp(environment: NodeJS.ProcessEnv): Promise<StandaloneApp> {
  const ledger = await freshLedger();
  const settings = withGeneratedSecrets(readSettings('standalone', { ...ledger.settings, ...environment }));
  const complaints: string[] = [];
  const complain = (message: unknown) => void complaints.push(message instanceof Error ? message.message : String(message));
  const logger = { log: () => undefined, warn: complain, error: complain, fatal: complain };
  register.clear();
  const app = await createApp(StandaloneModule.forRoot(settings, BUILT_PAGE), { logger, trustProxy: settings.TRUST_PROXY, corsOrigins: settings.CORS_ORIGINS });
  await app.init();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  app.get(Readiness).serve();
  const stop = async () => {
    await app.close();
    await ledger.drop();
  };
  return { url: (await app.getUrl()).replace('[::1]', '127.0.0.1'), complaints, stop };
}
