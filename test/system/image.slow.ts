import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot, type RoleName, type RoleProcess, startRole, type Servers, startServers, temporaryFolder } from '@scoreboard/harness';
import { describeWith, eventually } from '../support';
import { apply, get, JWT_SECRET, newUser, type System, watch } from './system';

const run = promisify(execFile);
const USER = 1_000;
const CONTAINED = join(__dirname, 'contained.sh');

/** Why container isolation is not possible here without an engine; undefined if it is. */
function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'requires root';
  if (spawnSync('setpriv', ['--version']).status !== 0) return 'setpriv is not installed';
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? undefined : 'private mounts are not allowed here (unshare)';
}

/** Builds the file tree of the Dockerfile's last stage: the build and the production packages, with its links in `bin`. */
function treeOfImage(): string {
  const [project, app] = [projectRoot(), temporaryFolder('image')];
  chmodSync(app, 0o755);
  for (const name of ['package.json', 'dist/apps', 'dist/libs']) cpSync(join(project, name), join(app, name), { recursive: true });
  mkdirSync(join(app, 'bin'));
  const links = readFileSync(join(project, 'Dockerfile'), 'utf8').matchAll(/ln -s \/app\/(\S+) \/usr\/local\/bin\/(\S+)/g);
  for (const [, target, name] of links) symlinkSync(join(app, target!), join(app, 'bin', name!));
  const { packages } = JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8')) as { packages: Record<string, { dev?: boolean; devOptional?: boolean }> };
  const wanted = Object.entries(packages).filter(([path, { dev, devOptional }]) => !dev && !devOptional && existsSync(join(project, path)));
  for (const [path] of wanted) {
    const from = join(project, path);
    cpSync(from, join(app, path), { recursive: true, filter: (source) => source === from || basename(source) !== 'node_modules' });
  }
  return app;
}

const reason = whyNot();
const name = 'the image, as an unprivileged user without capabilities on a read-only root';
if (reason) describe(name, () => it.skip(`NONE OF THIS WAS TESTED: ${reason}`, () => undefined));
else describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], name, suite);

function suite(): void {
  const app = treeOfImage();
  const data = temporaryFolder('image-data');
  const contained = ['unshare', '--mount', 'sh', CONTAINED, app, data];
  let roles: RoleProcess[];
  let system: System;
  let servers: Servers;

  const start = (role: RoleName, env: NodeJS.ProcessEnv): Promise<RoleProcess> =>
    startRole(role, { NODE_ENV: 'production', LOG_LEVEL: 'warn', ...env }, { project: app, folder: app, launcher: contained, readyWithinMs: 90_000 });

  beforeAll(async () => {
    servers = await startServers(undefined, {});
    const { postgres, redis, rabbitmq } = servers.urls;
    mkdirSync(join(data, 'kept'));
    [data, join(data, 'kept')].forEach((folder) => chownSync(folder, USER, USER));
    const files = Object.entries({ DATABASE_URL: postgres!, REDIS_URL: redis!, RABBITMQ_URL: rabbitmq!, JWT_SECRET });
    const settings = Object.fromEntries(files.map(([setting, value]) => [`${setting}_FILE`, secretFile(data, setting, value)]));
    roles = await Promise.all((['api', 'worker', 'gateway'] as const).map((role) => start(role, settings)));
    system = { apis: [roles[0]!.url], gateways: [roles[2]!.url], stop: async () => undefined };
  });
  afterAll(async () => {
    const codes = await Promise.all(roles?.map((role) => role.stop()) ?? []);
    await servers?.stop();
    expect(codes).toEqual([0, 0, 0]);
  });

  it('runs every role, from the POST to the pushed board', async () => {
    const userId = newUser('contained');
    const watcher = watch(system.gateways[0]!);
    expect((await apply(system, userId, 7)).body).toMatchObject({ status: 'applied', score: 7 });
    await eventually(() => expect(watcher.boards().at(-1)?.entries).toContainEqual(expect.objectContaining({ userId, score: 7 })));
    watcher.socket.close();
  });

  it.each([0, 1, 2])('has no capabilities: role %i', (at) => {
    const status = Object.fromEntries(readFileSync(`/proc/${roles[at]!.pid}/status`, 'utf8').split('\n').map((line) => line.split(/:\s+/) as [string, string]));
    const none = '0'.repeat(16);
    expect(status).toMatchObject({ Uid: Array(4).fill(USER).join('\t'), Gid: Array(4).fill(USER).join('\t'), CapEff: none, CapPrm: none, CapBnd: none, NoNewPrivs: '1' });
  });

  it('can write only to its data folder', async () => {
    const attempt = (path: string) => `try { require('node:fs').writeFileSync('${path}', ''); console.log('written'); } catch ({ code }) { console.log(code); }`;
    const places = [join(app, 'x'), '/tmp/x', '/etc/x', '/usr/x', join(data, 'x')];
    const said = await Promise.all(places.map(async (path) => (await inside([process.execPath, '-e', attempt(path)])).stdout.trim()));
    expect(said).toEqual(['EROFS', 'EROFS', 'EROFS', 'EROFS', 'written']);
  });

  it('passes its health check without a shell, and fails it when nothing listens', async () => {
    const health = (port: string) => inside([process.execPath, join(app, 'dist/apps/cli/src/health.js')], { PORT: port });
    for (const { url } of roles) await expect(health(new URL(url).port)).resolves.toBeDefined();
    await expect(health('1')).rejects.toMatchObject({ code: 1 });
  });

  it('has the operator commands on its path, and they reach the servers', async () => {
    const { postgres, redis, rabbitmq } = servers.urls;
    const env = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq };
    expect((await inside(['scoreboard', 'migrate', '--as', 'ann'], env)).stdout).toBe('the schema is up to date\n');
    expect((await inside(['scoreboard', 'dead-letters', 'list'], env)).stdout).toBe('');
    expect((await inside(['scoreboard', 'rebuild-leaderboard'], env)).stdout).toContain('rebuilt the leaderboard');
    expect((await inside(['scoreboard', '--help'])).stdout).toContain('Usage: scoreboard');
  });

  it('runs the standalone, which stores its data in the data folder', async () => {
    const env = { DATA_DIR: join(data, 'kept'), JWT_SECRET, TMPDIR: data }; // a container has an empty /tmp for this
    const userId = newUser('kept');
    const first = await start('standalone', env);
    await apply({ apis: [first.url], gateways: [], stop: async () => undefined }, userId, 5);
    const { DATA_DIR } = env;
    expect((await inside(['scoreboard', 'clients', 'add', 'game', '--scope', 'scores:write:any'], { DATA_DIR })).stdout).toMatch(/^client_id=game$/m);
    expect(existsSync(join(DATA_DIR, 'control.sock'))).toBe(true);
    expect(await first.stop()).toBe(0);
    const second = await start('standalone', env);
    expect((await get({ apis: [second.url], gateways: [], stop: async () => undefined }, `/api/scores/users/${userId}`)).body).toMatchObject({ score: 5 });
    expect(await second.stop()).toBe(0);
  });

  const inside = (command: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    run(contained[0]!, [...contained.slice(1), ...command], { cwd: app, env: { PATH: `${join(app, 'bin')}:${process.env.PATH}`, ...env }, timeout: 60_000 });
}

function secretFile(folder: string, setting: string, value: string): string {
  const file = join(folder, setting);
  writeFileSync(file, `${value}\n`, { mode: 0o444 });
  return file;
}
