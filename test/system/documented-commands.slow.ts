import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot, type RoleProcess, startRole, startServers, type Servers, temporaryFolder } from '@scoreboard/harness';
import { connect } from 'amqplib';
import { Client } from 'pg';
import { createClient, type RedisClientType } from 'redis';
import { type Fence, fencesIn, fencesOf, wordsOf } from '../../tools/deploy/src/checks/fences';
import { describeWith, eventually } from '../support';
import { OLD_BOARDS } from './old-boards';
import { entriesOf, scoreboard, succeed } from './operator-command';
import { apply, JWT_SECRET, post, type System } from './system';

const ROOT = projectRoot();
const fences = fencesIn(ROOT).filter(({ language }) => ['sh', 'sql'].includes(language));
const commands = fences.flatMap(({ tag, commands: lines }) => lines.map((line) => ({ tag, line })));

/** The prefixes of an operator command, for each way to run it. */
const PREFIXES = [/^npm run scoreboard -- /, /^docker compose run --rm operator /, /^kubectl -n scoreboard exec -it job\/scoreboard-operator -- scoreboard /];
const ofScoreboard = [...new Set(commands.flatMap(({ line }) => PREFIXES.filter((prefix) => prefix.test(line)).map((prefix) => line.replace(prefix, ''))))];

/** Commands that run inside a server's container. */
const INSIDE = /^(?:docker compose exec \S+|kubectl -n \S+ exec \S+(?: -c \S+)? --) (.+)$/;
const inside = [...new Set(commands.flatMap(({ line }) => INSIDE.exec(line)?.[1] ?? []))].filter((line) => !line.startsWith('scoreboard '));
const programOf = (line: string): string => /redis-cli/.exec(line)?.[0] ?? line.split(' ')[0]!;

/** Programs of these that no test runs, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'df': "shows the container's disks, which do not exist here",
  'nginx': 'npm run validate checks this configuration with nginx',
  'rabbitmq-plugins': 'Debian uses another plugin folder',
};
/** Commands that start a role: every system test does this. */
const ROLES = /^npm run start:(api|gateway|worker)$/;

describe('the commands in the operator documentation', () => {
  it('are parsed with their marks, and with continued lines joined', () => {
    const document = '## Head\n\n<!-- not run: no engine -->\n\n```sh\ndocker build . \\\n  -t x   # a comment\n```\n\n```sh node\n# a comment\nnpm run x\n```\n';
    expect(fencesOf('x.md', document)).toMatchObject([
      { line: 5, heading: 'Head', tag: '', whyNot: 'no engine', commands: ['docker build . -t x   # a comment'] },
      { line: 10, tag: 'node', whyNot: undefined, commands: ['npm run x'] },
    ]);
    expect(wordsOf(`psql -c "SELECT 'a b'" x='c d'`)).toEqual(['psql', '-c', "SELECT 'a b'", 'x=c d']);
  });

  it('are each run here, checked by validate, or marked with a reason', () => {
    const isKnown = ({ tag, line }: { tag: string; line: string }) => tag !== 'node' || PREFIXES[0]!.test(line) || ROLES.test(line);
    expect(commands.filter((command) => !isKnown(command))).toEqual([]);
    expect(ofScoreboard.length).toBeGreaterThan(15);
    expect([...new Set(inside.map(programOf))].sort()).toEqual([...Object.keys(NOT_RUN), 'psql', 'rabbitmqctl', 'redis-cli'].sort());
  });
});

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL', 'TEST_OPENSSL'], 'the commands in the operator documentation, on real servers', () => {
  let servers: Servers;
  let roles: RoleProcess[] = [];
  let system: System;
  let env: NodeJS.ProcessEnv;
  let database: Client;
  let redis: RedisClientType;

  beforeAll(async () => {
    servers = await startServers(undefined, {});
    const { postgres, redis: redisUrl, rabbitmq } = servers.urls;
    const keys = `2026:${Buffer.alloc(32, 1).toString('base64')}`;
    env = { DATABASE_URL: postgres, REDIS_URL: redisUrl, RABBITMQ_URL: rabbitmq, JWT_SECRET, DATA_ENCRYPTION_KEYS: keys, DATA_DIR: join(temporaryFolder('none'), 'data') };
    await succeed(env, 'migrate');
    roles = await Promise.all([startRole('api', { ...env, LOG_LEVEL: 'warn' }), startRole('worker', { ...env, LOG_LEVEL: 'warn' })]);
    system = { apis: [roles[0]!.url], gateways: [], stop: async () => undefined };
    database = new Client({ connectionString: postgres });
    await database.connect();
    redis = (await createClient({ url: redisUrl }).connect()) as unknown as RedisClientType;
    await eventually(async () => expect((await apply(system, 'alice', 5)).body).toMatchObject({ status: 'applied' }));
    await parkDeadLetter();
    await setEventAside();
    await database.query(OLD_BOARDS);
  });
  afterAll(async () => {
    await redis?.close();
    await database?.end();
    await Promise.all(roles.map((role) => role.stop()));
    await servers?.stop();
  });

  it.each(ofScoreboard)('scoreboard %s does what it says', async (line) => {
    const words = wordsOf(line);
    // Without a terminal, --yes replaces the confirmation.
    const yes = ['drop', 'forget'].some((word) => words.includes(word)) && !words.includes('--dry-run') ? ['--yes'] : [];
    const { exitCode, stdout, stderr } = await scoreboard(env, ...words, ...yes);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).not.toBe('');
    if (words.includes('replay') && !words.includes('--dry-run')) await hasLetters();
  });

  it.each(inside.filter((line) => !(programOf(line) in NOT_RUN)))('runs inside a server: %s', async (line) => {
    const words = wordsOf(line);
    if (programOf(line) === 'psql') await database.query(words[words.indexOf('-c') + 1]!);
    else if (programOf(line) === 'rabbitmqctl') await servers.rabbitmq!.ctl(...words.slice(1));
    else expect(await redis.sendCommand(/redis-cli (.+)'$/.exec(line)![1]!.split(' '))).toBeDefined();
  });

  const sql = fences.filter(({ language }) => language === 'sql');
  it.each(sql.map(({ line, text }) => ({ line, text })))('the query at line $line is valid', async ({ text }) => {
    expect(await database.query(text)).toMatchObject({ command: 'SELECT' });
  });

  const scripts = fences.filter(({ tag }) => tag === 'run');
  it.each(scripts.map((fence) => ({ where: `${fence.file}:${fence.line}`, fence })))('the lines at $where run unchanged', async ({ fence }) => {
    if (fence.commands[0]!.startsWith('rabbitmqctl ')) return void (await servers.rabbitmq!.ctl(...wordsOf(fence.commands[0]!).slice(1)));
    await runScript(fence);
  });

  /** Runs lines in the project's folder, in a shell that stops at the first failing line. Their output files go to a temporary folder. */
  async function runScript({ text }: Fence): Promise<void> {
    const folder = temporaryFolder('documented');
    const here = text.replaceAll('http://127.0.0.1:3000', system.apis[0]!).replaceAll('curl ', 'curl --silent --show-error --fail ').replace(/(private|public)\.pem/g, `${folder}/$1.pem`);
    const settings = { ...env, SOURCE: servers.urls.postgres, PATH: process.env.PATH, HOME: folder };
    await promisify(execFile)('sh', ['-ec', here], { cwd: ROOT, env: settings });
  }

  /** Creates a dead letter: a command whose id was applied with other content. */
  async function parkDeadLetter(): Promise<void> {
    const { body } = await post(system, { userId: 'bob', scoreIncrement: 5 }, { 'idempotency-key': randomUUID(), 'prefer': 'wait=10' });
    const broker = await connect(servers.urls.rabbitmq!);
    const channel = await broker.createConfirmChannel();
    channel.sendToQueue('scores.commands', Buffer.from(JSON.stringify({ v: 1, commands: [{ commandId: body.commandId, userId: 'bob', scoreIncrement: 6 }] })), { persistent: true });
    await channel.waitForConfirms();
    await broker.close();
    await hasLetters();
  }

  /** What the webhook of the documents has behind it: no worker of this test runs it. */
  async function setEventAside(): Promise<void> {
    await database.query(`INSERT INTO event_consumer (name, seq, place) VALUES ('webhook:shop', 7, 0)`);
    await database.query(`INSERT INTO event_set_aside (consumer, seq, place, type, tries, problem) VALUES ('webhook:shop', 7, 0, 'score.applied', 42, 'it answered 500')`);
    const file = join(temporaryFolder('webhooks'), 'webhooks.json');
    writeFileSync(file, JSON.stringify([{ id: 'shop', url: 'https://shop.example.com/hooks', secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}`, types: ['top.entered'] }]));
    env = { ...env, WEBHOOKS_FILE: file };
  }

  /** Waits until the replayed letter is dead-lettered again. */
  async function hasLetters(): Promise<void> {
    await eventually(async () => expect(entriesOf(await succeed(env, 'dead-letters', 'list'))).not.toEqual([]), { everyMs: 200 });
  }
});
