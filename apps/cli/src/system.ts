import { readSettings, type Settings } from '@scoreboard/infrastructure/config';
import { type ActName, type ActRunner, ACTS, ControlClient, serversDigest } from '@scoreboard/interfaces/operator';
import type { OwnSystemOptions } from './own-system';

/** Opens what these acts need, runs `work`, and closes it: the running standalone of `DATA_DIR`, otherwise the servers and files in the settings. */
export async function onSystem<T>(acts: readonly ActName[], work: (system: ActRunner) => Promise<T>, options: OwnSystemOptions = {}): Promise<T> {
  const settings = readSettings('cli');
  const running = await runningStandalone(settings);
  if (running) return work(running);
  // The drivers of the three servers take half a second to load, so they are loaded only when needed.
  const { OwnSystem } = await import('./own-system.js');
  const own = await OwnSystem.open(settings, new Set(acts.flatMap((act) => ACTS[act].needs)), options);
  try {
    return await work(own);
  } finally {
    await own.close();
  }
}

/** The standalone that runs on `DATA_DIR`; undefined if the settings name other servers than it uses, which are then the target. */
async function runningStandalone({ DATA_DIR, DATABASE_URL, REDIS_URL, RABBITMQ_URL }: Settings): Promise<ControlClient | undefined> {
  const urls = [DATABASE_URL, REDIS_URL, RABBITMQ_URL];
  const running = await ControlClient.find(DATA_DIR);
  return urls.some(Boolean) && running?.servers !== serversDigest(urls) ? undefined : running;
}
