import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from './after-exit';
import { GuardedProcess } from './guarded-process';
import { freePort } from './ports';

const STOP_WITHIN_MS = 20_000;
const TRIES = 3;

/** What a server reports if its port was taken before it listened; `nodistribution` is Erlang's word for the port of its name server. */
const TAKEN = /EADDRINUSE|address already in use|port \d+ in use|nodistribution/i;

/** A server that ended, or was ended, before it served. */
export class StartFailed extends Error {
  constructor(
    what: string,
    /** As `GuardedProcess.exited` counts. */
    readonly exitCode: number,
    readonly output: string,
  ) {
    super([`${what}; its last words:`, ...output.trim().split('\n').slice(-15)].join('\n  '));
    this.name = 'StartFailed';
  }
}

/** How one kind of server is run. */
export interface ServerRecipe {
  readonly name: string;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its own temporary folder, which gets its output in `server.log`; default a new one. */
  readonly folder?: string;
  /** Where it works; default its own folder. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The user to run as, where it is not this process's own. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take until it serves; default 60,000. */
  readonly startWithinMs?: number;
  /** Whether it serves. */
  isUp(): Promise<boolean>;
}

/** A server of our own on a free loopback port, with its data in a temporary folder; both last as long as this process. */
export class PrivateServer {
  readonly url: string;
  /** Its own folder, with its data in `data`. */
  readonly folder: string;
  private running?: GuardedProcess;

  constructor(private readonly recipe: ServerRecipe) {
    this.url = recipe.url;
    this.folder = recipe.folder ?? temporaryFolder(recipe.name);
  }

  /** Of the server's main process; 0 while it is stopped. */
  get pid(): number {
    return this.running?.exitCode === undefined ? (this.running?.pid ?? 0) : 0;
  }

  /** Resolves with the exit code of the run that was started last. */
  get exited(): Promise<number> {
    return this.running!.exited;
  }

  /** Starts it, or starts it again on the same port and data; resolves when it serves. Harmless when it runs. Throws `StartFailed`. */
  async start(): Promise<void> {
    if (this.pid) return;
    const { name, command, args, cwd = this.folder, env = process.env, owner, startWithinMs = 60_000 } = this.recipe;
    const log = openSync(join(this.folder, 'server.log'), 'a');
    const server = new GuardedProcess(command, args, { cwd, env, stdio: ['ignore', log, log], ...owner });
    closeSync(log);
    this.running = server;
    const deadline = Date.now() + startWithinMs;
    while (!(await this.recipe.isUp())) {
      const isLate = Date.now() > deadline;
      if (isLate) await server.kill();
      const { exitCode } = server;
      if (exitCode !== undefined) throw new StartFailed(`${name} ${isLate ? `was not ready in ${startWithinMs} ms` : `ended with code ${exitCode}`}`, exitCode, this.log());
      await delay(50);
    }
  }

  /** An orderly end; the data stays. Resolves with the exit code, rejects where it had to be killed after 20 s. */
  async stop(): Promise<number> {
    return this.running?.stop(this.recipe.stopSignal ?? 'SIGTERM', STOP_WITHIN_MS) ?? 0;
  }

  /** SIGKILL for the whole server, all its processes. */
  async kill(): Promise<void> {
    await this.running?.kill();
  }

  /** What it wrote to its standard output and error. */
  log(): string {
    return readFileSync(join(this.folder, 'server.log'), 'utf8');
  }
}

/** Starts a server on a free port, and on another one if that was taken before it listened. Throws `StartFailed`. */
export async function startServer<Server extends PrivateServer>(serverOn: (port: number) => Server | Promise<Server>): Promise<Server> {
  for (let tries = 1; ; tries++) {
    const server = await serverOn(await freePort());
    try {
      await server.start();
      return server;
    } catch (error) {
      if (tries === TRIES || !(error instanceof StartFailed && TAKEN.test(error.output))) throw error;
    }
  }
}
