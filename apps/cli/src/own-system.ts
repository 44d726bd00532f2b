import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { closeRedis } from '@scoreboard/infrastructure/redis';
import { operatorDataKeys, type Settings, SettingsError } from '@scoreboard/infrastructure/config';
import { type ActInput, type ActName, type ActResult, type ActRunner, ACTS, CommandFailed, EXIT, type Need, type Tell } from '@scoreboard/interfaces/operator';
import { checkBroker, openDatabase, openRedis } from './open-servers';
import { type OpenServers, ownPorts } from './own-ports';

export interface OwnSystemOptions {
  /** Leaves a schema that is behind, for the command that brings it up to date. For others it must be up to date. */
  readonly leaveSchema?: boolean;
  /** Takes what has no URL from the files of a stopped standalone, beside a `DATABASE_URL`. */
  readonly standalone?: boolean;
}

/** Acts done in this process, on the servers that the settings name, or on the files of a stopped standalone. */
export class OwnSystem implements ActRunner {
  private constructor(
    private readonly settings: Settings,
    private readonly servers: OpenServers,
  ) {}

  /** Throws `SettingsError` with a line for each setting that is missing, and `CommandFailed` where a server is away. */
  static async open(settings: Settings, needs: ReadonlySet<Need>, options: OwnSystemOptions): Promise<OwnSystem> {
    const missing = [...needs].flatMap((need) => missingFor(need, settings, options));
    if (missing.length) throw new SettingsError(missing);
    const { REDIS_URL, RABBITMQ_URL } = settings;
    const needsAny = (...some: Need[]) => some.some((need) => needs.has(need));
    const [database, redis, broker] = await Promise.allSettled([
      needs.has('database') || (needs.has('trail') && knowsTrail(settings)) ? openDatabase(settings, options.leaveSchema ? 'leave' : 'require') : undefined,
      REDIS_URL && needsAny('leaderboard', 'users') ? openRedis(REDIS_URL) : undefined,
      RABBITMQ_URL && needsAny('dead letters', 'users') ? checkBroker(RABBITMQ_URL) : undefined,
    ]);
    const system = new OwnSystem(settings, { database: valueOf(database), redis: valueOf(redis) });
    const problems = [database, redis, broker].flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
    if (!problems.length) return system;
    await system.close();
    throw problems.length === 1 ? problems[0] : new CommandFailed(problems.map(({ message }) => message), EXIT.unavailable);
  }

  async run<Name extends ActName>(name: Name, input: ActInput<Name>, tell: Tell): Promise<ActResult<Name>> {
    const act = ACTS[name];
    return (await act.run(ownPorts(this.settings, this.servers), act.input.parse(input) as never, tell)) as ActResult<Name>;
  }

  async close(): Promise<void> {
    const { database, redis } = this.servers;
    if (redis) await closeRedis(redis);
    await database?.onApplicationShutdown();
  }
}

const valueOf = <T>(outcome: PromiseSettledResult<T>): T | undefined => (outcome.status === 'fulfilled' ? outcome.value : undefined);

const hasData = ({ DATA_DIR }: Settings): boolean => existsSync(join(DATA_DIR, 'database'));
const namesNoServer = ({ DATABASE_URL, REDIS_URL, RABBITMQ_URL }: Settings): boolean => !DATABASE_URL && !REDIS_URL && !RABBITMQ_URL;
/** The files of a stopped standalone are what is meant. */
const isInFolder = (settings: Settings): boolean => namesNoServer(settings) && hasData(settings);
const knowsTrail = (settings: Settings): boolean => Boolean(settings.DATABASE_URL) || isInFolder(settings);

function missingFor(need: Need, settings: Settings, { standalone }: OwnSystemOptions): string[] {
  const { DATABASE_URL, REDIS_URL, RABBITMQ_URL } = settings;
  const orFolder = namesNoServer(settings) ? `, or a standalone's data in DATA_DIR (${settings.DATA_DIR})` : '';
  const inFolder = standalone || isInFolder(settings);
  switch (need) {
    case 'database':
      return DATABASE_URL || isInFolder(settings) ? [] : [`DATABASE_URL: is required${orFolder}`];
    case 'leaderboard':
      return REDIS_URL ? [] : ['REDIS_URL: is required; a standalone without it makes its leaderboard anew at each start'];
    case 'dead letters':
      return RABBITMQ_URL || inFolder ? [] : [`RABBITMQ_URL: is required${orFolder}`];
    case 'users': {
      const names = (['REDIS_URL', 'RABBITMQ_URL'] as const).filter((name) => !settings[name] && !inFolder);
      return names.map((name) => `${name}: is required, else the id would stay there; with --standalone what has no URL is in DATA_DIR`);
    }
    case 'keys':
      return operatorDataKeys(settings) ? [] : ['DATA_ENCRYPTION_KEYS: is required: the new key, then the old ones'];
    case 'trail':
      return [];
  }
}
