import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { statusOf } from './ports';
import { PrivateServer, startServer } from './private-server';

export type RoleName = 'api' | 'worker' | 'gateway' | 'standalone';

/** What a role gets of this process's environment; everything else is said in `env`. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];

export interface RoleOptions {
  /** How long it may take until it is ready; default 60,000. */
  readonly readyWithinMs?: number;
  /** Where it runs, and looks for `.env`; default its own folder. */
  readonly folder?: string;
  /** The project whose build runs; default this one. */
  readonly project?: string;
  /** Options of node itself, before the script. */
  readonly nodeArgs?: readonly string[];
  /** A command that starts node instead of this process, which it must become (exec): `[command, …its arguments]`. */
  readonly launcher?: readonly string[];
  /** Where the role serves HTTPS, the certificate in PEM of the authority that answers for it. */
  readonly ca?: string;
}

/** A running role of the built system. `url` is `http://127.0.0.1:<port>`, or `https:` where the role has a certificate; `pid` stays when it has ended. */
export interface RoleProcess extends Pick<PrivateServer, 'url' | 'pid' | 'exited' | 'stop' | 'kill'> {
  /** What it wrote to stdout and stderr. */
  output(): string;
}

/** Starts a built role with exactly these settings, on `PORT` or else a free port, and resolves when its readiness answers 200. Throws `StartFailed`. */
export async function startRole(role: RoleName, env: NodeJS.ProcessEnv, options: RoleOptions = {}): Promise<RoleProcess> {
  const { readyWithinMs, folder: cwd, project = projectRoot(), nodeArgs = [], launcher = [], ca } = options;
  const inherited = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
  const [command = '', ...args] = [...launcher, process.execPath, '--enable-source-maps', ...nodeArgs, join(project, 'dist/apps', role, 'main.js')];
  const serverOn = (port: number | string) => {
    const url = `${env.TLS_CERT_FILE ? 'https' : 'http'}://127.0.0.1:${port}`;
    return new PrivateServer({
      ...{ name: role, url, command, args, cwd, env: { ...inherited, ...env, PORT: `${port}` }, startWithinMs: readyWithinMs },
      isUp: async () => (await statusOf(`${url}/health/ready`, ca)) === 200,
    });
  };
  const server = env.PORT ? serverOn(env.PORT) : await startServer(serverOn);
  await server.start(); // harmless when it runs
  const { url, pid, exited } = server;
  return { url, pid, exited, stop: () => server.stop(), kill: () => server.kill(), output: () => server.log() };
}

/** The folder of this repository, from the sources and from what was built of them alike. */
export function projectRoot(folder = __dirname): string {
  return existsSync(join(folder, 'package.json')) ? folder : projectRoot(dirname(folder));
}
