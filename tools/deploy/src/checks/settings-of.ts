import { readSettings, type Role, SECRETS, SETTINGS, SettingsError } from '@scoreboard/infrastructure/config';
import { unless } from './check';

/** A value of the right form for each secret, in place of its file, to see whether the settings around it hold. */
const SAMPLES: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://user:password@db/scoreboard',
  REDIS_URL: 'redis://cache',
  RABBITMQ_URL: 'amqp://broker',
  JWT_SECRET: 's'.repeat(32),
  DATA_ENCRYPTION_KEYS: `one:${Buffer.alloc(32).toString('base64')}`,
};

/** What OpenTelemetry itself reads. It may hold a key, so a manifest may pass it on and give it no value. */
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';

/** The role that a container starts, by its name and its command; undefined where it is none of ours. */
export function roleOf(name: string, command: readonly string[] = []): Role | undefined {
  // Operators give their commands in `operator`, whatever it does until one comes.
  if (name === 'operator' || command[0] === 'scoreboard') return 'cli';
  return command.find((word) => word.startsWith('dist/apps/'))?.split('/')[2] as Role | undefined;
}

/**
 * What is wrong with the environment a manifest gives to a role: settings that do not exist, secrets that stand in it, files that are not
 * mounted, values that the role would refuse. `mounted`: the paths of secrets; `files`: other mounted files, and where each is here.
 */
export function settingsMistakes(role: Role, environment: Readonly<Record<string, string>>, mounted: readonly string[], files: Readonly<Record<string, string>>): string[] {
  const unknown = Object.keys(environment).filter((name) => !(name in SETTINGS.shape) && name !== HEADERS).map((name) => `${name}: is no setting`);
  const open = [
    ...SECRETS.filter((name) => environment[name]).map((name) => `${name}: a secret stands in the environment; hand it out as a file`),
    ...unless(!environment[HEADERS], `${HEADERS}: a secret stands in the manifest; take it from the environment`),
  ];
  const inFiles = SECRETS.map((secret) => ({ secret, name: `${secret}_FILE` })).filter(({ name }) => environment[name]);
  const missing = inFiles.flatMap(({ name }) => unless(mounted.includes(environment[name]!), `${name}: ${environment[name]} is not mounted`));
  const samples = Object.fromEntries(inFiles.flatMap(({ secret, name }) => [[secret, SAMPLES[secret]], [name, '']]));
  const here = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, files[value] ?? value]));
  return [...unknown, ...open, ...missing, ...refusals(role, { ...here, ...samples })];
}

function refusals(role: Role, environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(role, environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.lines;
    throw error;
  }
}
