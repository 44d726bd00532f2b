import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PrivateServer, projectRoot, type RabbitmqServer, startPostgres, startRabbitmq, startRedis, temporaryFolder } from '@scoreboard/harness';
import { Client } from 'pg';

const FILES = join(projectRoot(), 'deploy/privileges');
export const shipped = (file: string): string => readFileSync(join(FILES, file), 'utf8');

export interface PrivilegedServers {
  readonly postgres: PrivateServer;
  readonly redis: PrivateServer;
  readonly rabbitmq: RabbitmqServer;
  /** The URLs for one user, for example `api` for `scoreboard_api`. */
  urlsOf(user: string): { readonly DATABASE_URL: string; readonly REDIS_URL: string; readonly RABBITMQ_URL: string };
  stop(): Promise<void>;
}

/** Starts private servers with the shipped users and privileges, following `deploy/privileges/README.md`. The database has no schema yet. */
export async function startPrivilegedServers(): Promise<PrivilegedServers> {
  const password = randomBytes(16).toString('hex');
  const hash = createHash('sha256').update(password).digest('hex');
  const aclFile = join(temporaryFolder('acl'), 'users.acl');
  writeFileSync(aclFile, shipped('redis.acl').replace(/^user (scoreboard_\w+) on/gm, `user $1 on #${hash}`));
  const [postgres, redis, rabbitmq] = await Promise.all([startPostgres(), startRedis(undefined, aclFile), startRabbitmq()]);
  await runSql(postgres.url, shipped('postgres-roles.sql'));
  await rabbitmq.ctl('import_definitions', join(FILES, 'rabbitmq-definitions.json'));
  for (const user of ['api', 'worker', 'operator']) await rabbitmq.ctl('change_password', `scoreboard_${user}`, password);
  await rabbitmq.ctl('delete_user', 'guest');
  return {
    postgres,
    redis,
    rabbitmq,
    urlsOf: (user) => ({
      DATABASE_URL: postgres.url.replace('postgres@', `scoreboard_${user}@`),
      REDIS_URL: redis.url.replace('redis://', `redis://scoreboard_${user}:${password}@`),
      RABBITMQ_URL: `${rabbitmq.url.replace('guest:guest@', `scoreboard_${user}:${password}@`)}/scoreboard`,
    }),
    stop: async () => void (await Promise.all([postgres, redis, rabbitmq].map((server) => server.stop()))),
  };
}

/** Runs a statement, or a file of statements. */
export async function runSql(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
