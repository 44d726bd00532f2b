import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GuardedProcess } from './guarded-process';
import { freePort, statusOf } from './ports';
import { temporaryFolder } from './temporary-folder';

export type RoleName = 'api' | 'worker' | 'gateway' | 'standalone';

const STOP_WITHIN_MS = 15_000;
const MAX_OUTPUT = 200_000;

/** What a role gets of this process's environment; everything else is said in `env`. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];

export interface RoleOptions {
  /** How long it may take until it is ready; default 60,000. */
  readonly readyWithinMs?: number;
  /** Where it runs, and looks for `.env`; default a new empty folder. */
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

/** A role that ended, or was ended, before it was ready. */
export class RoleFailed extends Error {
  constructor(
    what: string,
    /** As `GuardedProcess.exited` counts. */
    readonly exitCode: number,
    readonly output: string,
  ) {
    super(`${what}\n${output}`);
    this.name = 'RoleFailed';
  }
}

/** A running role of the built system. */
export interface RoleProcess extends Pick<GuardedProcess, 'pid' | 'exited' | 'kill'> {
  /** `http://127.0.0.1:<port>`, or `https:` where the role has a certificate. */
  readonly url: string;
  /** SIGTERM; resolves with the exit code, rejects where it had to be killed after 15 s. */
  stop(): Promise<number>;
  /** What it wrote to stdout and stderr, the last 200,000 characters. */
  output(): string;
}

/**
 * Starts a built role with exactly these settings, on `PORT` or else a free port, and resolves when its readiness
 * answers 200. Throws `RoleFailed`.
 */
export async function startRole(role: RoleName, env: NodeJS.ProcessEnv, options: RoleOptions = {}): Promise<RoleProcess> {
  if (env.PORT) return startOn(env.PORT, role, env, options);
  for (let tries = 1; ; tries++) {
    try {
      return await startOn(`${await freePort()}`, role, env, options);
    } catch (error) {
      // A port that was free may be taken before the role listens on it.
      if (tries === 3 || !(error instanceof RoleFailed && error.message.includes('EADDRINUSE'))) throw error;
    }
  }
}

async function startOn(port: string, role: RoleName, env: NodeJS.ProcessEnv, options: RoleOptions): Promise<RoleProcess> {
  const { readyWithinMs = 60_000, folder = temporaryFolder(role), project = projectRoot(), nodeArgs = [], launcher = [], ca } = options;
  const url = `${env.TLS_CERT_FILE ? 'https' : 'http'}://127.0.0.1:${port}`;
  const inherited = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
  const [command, ...args] = [...launcher, process.execPath, '--enable-source-maps', ...nodeArgs, join(project, 'dist/apps', role, 'main.js')];
  const running = new GuardedProcess(command!, args, { cwd: folder, env: { ...inherited, ...env, PORT: port }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const gather = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-MAX_OUTPUT));
  running.child.stdout?.on('data', gather);
  running.child.stderr?.on('data', gather);

  const deadline = Date.now() + readyWithinMs;
  while ((await statusOf(`${url}/health/ready`, ca)) !== 200) {
    const isLate = Date.now() > deadline;
    if (isLate) await running.kill();
    if (running.exitCode !== undefined) {
      throw new RoleFailed(`${role} ${isLate ? `was not ready in ${readyWithinMs} ms` : `ended with code ${running.exitCode}`}`, running.exitCode, output);
    }
    await delay(50);
  }
  const stop = () => running.stop('SIGTERM', STOP_WITHIN_MS);
  return { url, pid: running.pid, exited: running.exited, stop, kill: () => running.kill(), output: () => output };
}

/** The folder of this repository, from the sources and from what was built of them alike. */
export function projectRoot(folder = __dirname): string {
  return existsSync(join(folder, 'package.json')) ? folder : projectRoot(dirname(folder));
}
