import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GuardedProcess } from './guarded-process';

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;

/** How one kind of server is run. */
export interface ServerRecipe {
  readonly name: string;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its own temporary folder; it works there, and its output is in `server.log`. */
  readonly folder: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The user to run as, where it is not this process's own. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly stopSignal: NodeJS.Signals;
  /** Whether it serves. */
  isUp(): Promise<boolean>;
}

/** A server of our own on a free loopback port, with its data in a temporary folder; both last as long as this process. */
export class PrivateServer {
  readonly url: string;
  private running?: GuardedProcess;

  constructor(private readonly recipe: ServerRecipe) {
    this.url = recipe.url;
  }

  /** Of the server's main process; 0 while it is stopped. */
  get pid(): number {
    return this.running?.exitCode === undefined ? (this.running?.pid ?? 0) : 0;
  }

  /** Its own folder, with its data in `data`. */
  get folder(): string {
    return this.recipe.folder;
  }

  /** Starts it, or starts it again on the same port and data; resolves when it serves. Harmless when it runs. */
  async start(): Promise<void> {
    if (this.pid) return;
    const { name, command, args, folder, env, owner } = this.recipe;
    const log = openSync(join(folder, 'server.log'), 'a');
    const server = new GuardedProcess(command, args, { cwd: folder, env: env ?? process.env, stdio: ['ignore', log, log], ...owner });
    closeSync(log);
    this.running = server;
    const deadline = Date.now() + START_WITHIN_MS;
    while (!(await this.recipe.isUp())) {
      if (server.exitCode === undefined && Date.now() < deadline) await delay(50);
      else await this.giveUp(`${name} ${server.exitCode === undefined ? 'does not answer' : `ended with code ${server.exitCode}`}`);
    }
  }

  /** An orderly end; the data stays. */
  async stop(): Promise<void> {
    await this.running?.stop(this.recipe.stopSignal, STOP_WITHIN_MS);
  }

  /** SIGKILL for the whole server, all its processes. */
  async kill(): Promise<void> {
    await this.running?.kill();
  }

  /** What it wrote to its standard output and error. */
  log(): string {
    return readFileSync(join(this.folder, 'server.log'), 'utf8');
  }

  private async giveUp(what: string): Promise<never> {
    await this.kill();
    const lines = this.log().trim().split('\n');
    throw new Error([`${what}; its last words:`, ...lines.slice(-15)].join('\n  '));
  }
}

export async function startServer(recipe: ServerRecipe): Promise<PrivateServer> {
  const server = new PrivateServer(recipe);
  await server.start();
  return server;
}
