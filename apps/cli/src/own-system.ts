import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { closeRedis } from '@scoreboard/infrastructure/redis';
import { operatorDataKeys, type Settings, SettingsError } from '@scoreboard/infrastructure/config';
import { type ActInput, type ActName, type ActResult, type ActRunner, ACTS, CommandFailed, EXIT, type Need, type Tell } from '@scoreboard/interfaces/operator';
import { checkBroker, openDatabase, openRedis } from './open-servers';
import { type OpenServers, ownPorts } from './own-ports';

export interface OwnSystemOptions {
  /** Accepts an outdated schema, for the command that migrates it. Default: the schema must be up to date. */
  readonly leaveSchema?: boolean;
  /** Uses the files of a stopped standalone for servers without a URL, in addition to `DATABASE_URL`. */
  readonly standalone?: boolean;
}

/** Runs acts in this process, on the servers in the settings or on the files of a stopped standalone. */
export class OwnSystem implements ActRunner {
  private constructor(
    private readonly settings: Settings,
    private readonly servers: OpenServers,
  ) {}

  /** Throws `SettingsError` with a line for each missing setting, and `CommandFailed` if a server is unavailable. */
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
/** The target is the files of a stopped standalone. */
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
      return REDIS_URL ? [] : ['REDIS_URL: is required; a standalone without it rebuilds its leaderboard at each start'];
    case 'dead letters':
      return RABBITMQ_URL || inFolder ? [] : [`RABBITMQ_URL: is required${orFolder}`];
    case 'users': {
      const names = (['REDIS_URL', 'RABBITMQ_URL'] as const).filter((name) => !settings[name] && !inFolder);
      return names.map((name) => `${name}: is required, otherwise the id would stay in that server; for a standalone's files in DATA_DIR, use --standalone`);
    }
    case 'keys':
      return operatorDataKeys(settings) ? [] : ['DATA_ENCRYPTION_KEYS: is required: the new key, followed by the old ones'];
    case 'trail':
      return [];
  }
}
