import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type ActName, ACTS } from './acts';
import type { Tell } from './act';
import { clearPlace, controlAddress, controlPlace, fitsSocket, placeElsewhere } from './control-place';
import { EXIT } from './exit-codes';
import type { OperatorPorts } from './operator-ports';

const MAX_BODY_BYTES = 64 * 1_024;

export interface ControlServerOptions {
  /** The data folder. Only its owner can connect. */
  readonly folder: string;
  readonly ports: OperatorPorts;
  /** Digest of the servers that this process uses: see `serversDigest`. */
  readonly servers: string;
}

/**
 * The control channel: HTTP over a socket that only the owner of the data folder can open. `POST /<act>` takes the act's input as JSON. The
 * answer is one line of JSON for each `{item}` and `{progress}`, then `{result}` or `{error}`. A started act runs to its end, even if
 * the caller disconnects. If the channel cannot be opened, a warning is logged and the process keeps serving.
 */
export class ControlServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ControlServer');
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));
  private place?: string;

  constructor(private readonly options: ControlServerOptions) {}

  async onApplicationBootstrap(): Promise<void> {
    try {
      mkdirSync(this.options.folder, { recursive: true, mode: 0o700 });
      await this.open(controlPlace(this.options.folder));
    } catch (error) {
      this.logger.warn(`no control channel in ${this.options.folder}: operator commands require stopping this process first: ${(error as Error).message}`);
    }
  }

  onApplicationShutdown(): void {
    this.server.close();
    this.server.closeAllConnections();
    if (this.place) clearPlace(this.place);
  }

  private async open(place: string): Promise<void> {
    if (process.platform === 'win32') return this.listen(place);
    if (await this.isAnswered()) throw new Error('another process uses it');
    clearPlace(place);
    this.place = place;
    // Some mounted file systems do not support sockets.
    const inPlace = fitsSocket(place) ? this.listen(place) : Promise.reject(new Error('the path is too long for a Unix socket'));
    await inPlace.catch(() => this.listen(placeElsewhere(place)));
  }

  private async listen(path: string): Promise<void> {
    // listen() creates the socket synchronously, so no other user can ever open it. A stricter mask would break folders that other threads create meanwhile.
    const mask = process.platform === 'win32' ? undefined : process.umask(0o077);
    this.server.listen(path);
    if (mask !== undefined) process.umask(mask);
    await once(this.server, 'listening');
    if (mask !== undefined) chmodSync(path, 0o600);
  }

  /** Whether another process listens on the socket. A killed process leaves a socket file that does not answer. */
  private async isAnswered(): Promise<boolean> {
    try {
      const socket = connect(controlAddress(this.options.folder));
      await once(socket, 'connect');
      socket.destroy();
      return true;
    } catch {
      return false;
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (line: object) => response.write(`${JSON.stringify(line)}\n`);
    response.on('error', () => undefined); // the caller disconnected; the act runs to its end
    try {
      if (request.method === 'GET') say({ result: { servers: this.options.servers, pid: process.pid } });
      else say({ result: await this.act(request, response, say) });
    } catch (error) {
      const { message, exitCode = EXIT.failed } = error as Error & { exitCode?: number };
      say({ error: { message, exitCode } });
    }
    response.end();
  }

  private async act(request: IncomingMessage, response: ServerResponse, say: (line: object) => boolean): Promise<unknown> {
    const name = request.url!.slice(1);
    if (!Object.hasOwn(ACTS, name)) throw new Error(`the running standalone does not support ${name}. Restart it with this build.`);
    const { input, run } = ACTS[name as ActName];
    const closed = new Promise((resolve) => response.once('close', resolve));
    const tell: Tell = {
      item: async (item) => {
        if (response.destroyed) throw new Error('the caller disconnected');
        if (!say({ item })) await Promise.race([once(response, 'drain'), closed]);
      },
      progress: (done, unit, total) => void say({ progress: { done, unit, total } }),
    };
    return run(this.options.ports, input.parse(await readJson(request)) as never, tell);
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`request too large: limit ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}
