import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..');
const infrastructure = (folder: string) => `libs/infrastructure/src/${folder}`;

const FOLDERS = ['config', 'postgres', 'redis', 'rabbitmq', 'in-process', 'tokens', 'rate-limits', 'encryption', 'webhooks', 'observability'];
const APART = 'Folders of the infrastructure do not know one another';
const APPS = ['api', 'worker', 'gateway', 'standalone', 'cli'];
const SETTINGS = 'Settings are read, checked and frozen once';

/** A folder or file, the beginning of the linter's message, and the imports that are refused. */
const refusedImports: readonly (readonly [where: string, reason: string, ...names: string[]])[] = [
  ['libs/domain/src', 'The domain imports nothing', 'node:crypto', 'zod', '@nestjs/common', '@scoreboard/application', '@scoreboard/harness', '../../application/src'],
  ['libs/application/src', 'The application knows the domain and its own ports', 'zod', '@nestjs/common', 'node:fs', 'node:process', 'process', '@opentelemetry/api'],
  ['libs/application/src', 'The application knows the domain and its own ports', '@scoreboard/infrastructure/redis', '@scoreboard/interfaces', '@scoreboard/harness', '../../domain/src'],
  ['libs/application/src/scores', 'The application knows the domain and its own ports', '../../../domain/src'],
  ['libs/application/src/scores/messages.ts', 'messages.ts knows the domain and the schema library', 'pg'],
  ...FOLDERS.map((folder) => {
    const sibling = folder === 'redis' ? 'rabbitmq' : 'redis';
    const others = [`@scoreboard/infrastructure/${sibling}`, `../${sibling}`, '../../../domain/src', '@scoreboard/interfaces', '@scoreboard/harness', 'node:process', 'express'];
    return [infrastructure(folder), APART, ...others] as const;
  }),
  [infrastructure('config'), APART, 'pg', 'amqplib'],
  [infrastructure('config'), 'Only types of redis in config', 'redis'],
  [infrastructure('postgres'), APART, 'redis', 'amqplib'],
  [infrastructure('redis'), APART, 'pg', 'typeorm', 'amqplib'],
  [infrastructure('rabbitmq'), APART, 'pg', 'socket.io', '@scoreboard/infrastructure/in-process'],
  [infrastructure('in-process'), APART, 'pg', 'redis', 'amqplib'],
  [infrastructure('tokens'), APART, 'pino', 'redis', 'jsonwebtoken'],
  [infrastructure('rate-limits'), APART, 'redis', 'jose'],
  [infrastructure('encryption'), APART, 'jose', 'lru-cache'],
  [infrastructure('webhooks'), APART, 'undici', 'pg'],
  [infrastructure('observability'), APART, 'socket.io', 'typeorm'],
  ...['tokens', 'rate-limits', 'observability'].map((folder) => [infrastructure(folder), `Only types of fastify in ${folder}`, 'fastify'] as const),
  ['libs/interfaces/src/gateway/transport', 'The transport of the gateway uses socket.io and ws', 'redis', 'jsonwebtoken', '../../../../domain/src'],
  ['libs/interfaces/src/gateway/transport', 'Interfaces speak to use cases and ports', '@scoreboard/infrastructure/redis'],
  ['libs/interfaces/src/scores', 'Interfaces speak to use cases and ports', '@scoreboard/infrastructure/redis'],
  ['libs/interfaces/src/scores', 'Only types of fastify in the interfaces', 'fastify'],
  ['libs/interfaces/src/scores', 'Interfaces use Nest and the schema library', 'passport-jwt', 'redis', 'socket.io', 'node:process', '@scoreboard/harness'],
  ['libs/interfaces/src/scores', 'Interfaces use Nest and the schema library', '../../domain/src', '../../../domain/src'],
  ['libs/bootstrap/src', 'The bootstrap starts a module', 'pg', '@scoreboard/application', '@scoreboard/harness', '../../domain/src'],
  ['libs/nest/src/extension.ts', 'The public entry for extensions', '@scoreboard/infrastructure/redis', '@nestjs/common', '../../interfaces/src'],
  ['libs/nest/src', 'The package joins the layers', 'pg', '@scoreboard/harness', '@scoreboard/bootstrap', '../../interfaces/src'],
  ['apps/standalone/src', 'An app is a list of imports', 'pg', 'typeorm', 'node:process', '../../api/src/api.module', '../../../libs/domain/src'],
  ['apps/api/src', 'Only types of redis in an app', 'redis'],
  ['apps/api/src', 'An app is a list of imports', 'commander'],
  ['apps/cli/src/commands', 'An app is a list of imports', 'pg', 'yargs', 'node:process', '../../../libs/domain/src'],
  ...APPS.map((app) => [`apps/${app}/src`, 'The harness starts servers for tests', '@scoreboard/harness'] as const),
  ['apps/cli/src/services.ts', 'This command starts the servers of the harness', '@scoreboard/domain'],
  ['libs/client/src', 'The client library is published', 'node:events', 'zod', '@scoreboard/domain', '../../domain/src', './connection'],
  ['libs/react/src', 'The library for React is published', 'node:events', 'react-dom', 'socket.io-client', '../../client/src/index.ts', './use-me'],
  ['apps/web/src', 'The page is the client library', 'socket.io-client', '@scoreboard/interfaces', '../../../libs/client/src'],
  ['tools/harness/src', 'The harness needs node alone', '@nestjs/common', 'pg', '@scoreboard/domain', '../../domain/src'],
];

const refusedCode: readonly (readonly [where: string, reason: string, code: string])[] = [
  ['libs/domain/src', 'The domain imports nothing', `export * from 'pg';`],
  ['libs/domain/src', 'The domain imports nothing', `export const pg = () => import('pg');`],
  ['libs/domain/src', 'The domain imports nothing', `import type { Client } from 'pg'; export type C = Client;`],
  ['libs/interfaces/src/auth', 'Expected "import" statement instead of "require" call', `export const pg = require('pg');`],
  ...['libs/domain/src', 'libs/application/src', 'libs/interfaces/src/http', infrastructure('redis'), ...APPS.map((app) => `apps/${app}/src`)].flatMap((where) => [
    [where, SETTINGS, 'export const port = process.env.PORT;'] as const,
    [where, SETTINGS, 'export const { env } = process;'] as const,
  ]),
  ...['libs/application/src', 'apps/web/src'].flatMap((where) => [
    [where, 'too many lines (201)', lines(201)] as const,
    [where, 'has too many lines (61)', functionOf(61)] as const,
  ]),
];

const allowedImports: readonly (readonly [where: string, ...names: string[]])[] = [
  ['libs/domain/src', './refusal'],
  ['libs/domain/src/board.spec.ts', 'node:crypto', '../../../test/support'],
  ['libs/application/src', './scores', '@scoreboard/domain', 'node:crypto', 'node:timers/promises'],
  ['libs/application/src/leaderboard', '../scores/score-queue'],
  ['libs/application/src/scores/messages.ts', '@scoreboard/domain', 'zod'],
  ...FOLDERS.map((folder) => [infrastructure(folder), './x', '@scoreboard/domain', '@scoreboard/application', '@nestjs/common', 'node:fs/promises'] as const),
  [infrastructure('config'), 'zod'],
  [infrastructure('postgres'), 'typeorm', 'pg', '@electric-sql/pglite', '@scoreboard/infrastructure/config'],
  [infrastructure('redis'), 'redis', 'zod', 'lru-cache', '@scoreboard/infrastructure/config', '@scoreboard/infrastructure/in-process'],
  [infrastructure('rabbitmq'), 'amqplib', 'rxjs'],
  [infrastructure('in-process'), '@js-sdsl/ordered-map', 'lru-cache'],
  [infrastructure('tokens'), 'passport', 'jose', 'lru-cache', 'zod'],
  [infrastructure('rate-limits'), 'lru-cache'],
  ['libs/interfaces/src/gateway/transport', 'socket.io', 'ws', '@nestjs/platform-socket.io', '../places', '../../http/problem'],
  [infrastructure('observability'), 'pino', 'pino-pretty', 'prom-client', '@willsoto/nestjs-prometheus', '@elastic/ecs-pino-format', '@opentelemetry/api'],
  ['libs/interfaces/src/scores', '@scoreboard/domain', '@scoreboard/application', '@nestjs/common', 'zod', '../http/problem', '../provide'],
  ...APPS.map((app) => [`apps/${app}/src`, '@scoreboard/infrastructure/redis', '@scoreboard/interfaces', '@nestjs/core', '@fastify/static', './x.module'] as const),
  ['libs/bootstrap/src', '@scoreboard/infrastructure/config', '@scoreboard/interfaces', '@nestjs/common', 'node:fs', 'node:path'],
  ['libs/nest/src', '@scoreboard/domain', '@scoreboard/application', '@scoreboard/interfaces'],
  ['apps/cli/src/services.ts', '@scoreboard/harness'],
  ['apps/cli/src/commands', 'commander', 'csv-parse', '../console', '@scoreboard/interfaces/operator'],
  ['libs/client/src', './connection.ts', 'socket.io-client'],
  ['libs/react/src', './use-me.ts', 'react', '@scoreboard/client'],
  ['apps/web/src', './find', '@scoreboard/client'],
  ['tools/harness/src', './ports', 'node:net', 'node:timers/promises'],
];

const allowedCode: readonly (readonly [where: string, code: string])[] = [
  [infrastructure('config'), 'export const port = process.env.PORT;'],
  ['tools/harness/src', 'export const path = process.env.PATH;'],
  ['libs/domain/src/standing.spec.ts', 'export const url = process.env.TEST_REDIS_URL;'],
  ['libs/interfaces/src/scores', `import type { FastifyRequest } from 'fastify'; export type R = FastifyRequest;`],
  ['apps/api/src', `import type { RedisClientType } from 'redis'; export type R = RedisClientType;`],
  ['libs/application/src', lines(200)],
  ['libs/application/src', functionOf(60)],
  ['libs/application/src/long.spec.ts', lines(201)],
  ['libs/application/src/long.contract.ts', functionOf(61)],
];

function lines(count: number): string {
  return Array.from({ length: count }, (_, i) => `export const x${i} = ${i};`).join('\n');
}

function functionOf(count: number): string {
  return `export function f() {\n${'\n'.repeat(count - 2)}}`;
}

const firstLine = (code: string) => code.split('\n', 1)[0];
const importing = (name: string) => `import { x } from '${name}'; export const y = x;`;

const fileOf = (where: string) => (where.endsWith('.ts') ? where : `${where}/planted.ts`);

interface Complaint {
  readonly filename: string;
  readonly said: string;
}

describe('the rules of the linter', () => {
  const refused = [...refusedImports.flatMap(([where, reason, ...names]) => names.map((name) => [where, reason, importing(name)] as const)), ...refusedCode];
  const allowed = [...allowedImports.flatMap(([where, ...names]) => names.map((name) => [where, importing(name)] as const)), ...allowedCode];
  const tree = mkdtempSync(join(tmpdir(), 'scoreboard-rules-'));
  let complaints: readonly Complaint[];

  // Each piece of code is in its own repository with the layout of this one.
  beforeAll(async () => {
    refused.forEach(([where, , code], i) => plant(join(tree, `refused-${i}`), fileOf(where), code));
    allowed.forEach(([where, code], i) => plant(join(tree, `allowed-${i}`), fileOf(where), code));
    complaints = await lint(tree);
  });
  afterAll(() => rmSync(tree, { recursive: true }));

  it.each(refused.map(([where, reason, code], i) => ({ where, reason, code: firstLine(code), i })))('refuse in $where: $code', ({ reason, i }) => {
    const heard = complaints.filter(({ filename }) => filename.startsWith(`refused-${i}/`));
    expect(heard).toEqual([expect.objectContaining({ said: expect.stringContaining(reason) })]);
  });

  it.each(allowed.map(([where, code], i) => ({ where, code: firstLine(code), i })))('allow in $where: $code', ({ i }) => {
    expect(complaints.filter(({ filename }) => filename.startsWith(`allowed-${i}/`))).toEqual([]);
  });
});

function plant(repository: string, file: string, code: string): void {
  mkdirSync(dirname(join(repository, file)), { recursive: true });
  cpSync(join(ROOT, '.oxlintrc.json'), join(repository, '.oxlintrc.json'));
  writeFileSync(join(repository, file), `${code}\n`);
}

function lint(folder: string): Promise<readonly Complaint[]> {
  return new Promise((resolve, reject) => {
    // The linter exits with 1 if it has complaints, so only its output shows whether it ran.
    execFile(process.execPath, [join(ROOT, 'node_modules/oxlint/bin/oxlint'), '--format=json'], { cwd: folder, maxBuffer: 2 ** 24 }, (error, stdout) => {
      if (!stdout.startsWith('{')) return reject(error ?? new Error(stdout));
      const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; message: string; help?: string }[] };
      resolve(diagnostics.map(({ filename, message, help }) => ({ filename, said: `${message} ${help ?? ''}` })));
    });
  });
}
