import { connect } from 'node:net';

const PATIENCE_MS = 20_000;

/** An answer as received. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. Values of a repeated header are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Writes the request at its own pace; `isOver` says whether the server has closed the connection. */
export type Writer = (write: (bytes: string | Buffer) => void, isOver: () => boolean) => Promise<void>;

/**
 * Sends raw bytes and resolves with all answers once the SERVER has closed the connection. Rejects if it has not within
 * 20 s. So a request must either contain `Connection: close` or make the server close the connection.
 */
export function exchange(url: string, what: string | Buffer | Writer): Promise<RawAnswer[]> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let isOver = false;
    const socket = connect({ host: hostname, port: Number(port), timeout: PATIENCE_MS, allowHalfOpen: true });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('timeout', () => socket.destroy(new Error(`still open after ${PATIENCE_MS} ms`)));
    socket.on('end', () => socket.destroy());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Only a client that never stops sending is cut off; what arrived before counts.
      if (typeof what !== 'function' || (error.code !== 'ECONNRESET' && error.code !== 'EPIPE')) reject(error);
    });
    socket.on('close', () => {
      isOver = true;
      resolve(parseAnswers(Buffer.concat(chunks).toString('latin1')));
    });
    const write = (bytes: string | Buffer) => void (isOver || socket.write(bytes));
    if (typeof what === 'function') what(write, () => isOver).catch(reject);
    else write(what);
  });
}

/** Parses consecutive answers, each with a `Content-Length`. */
function parseAnswers(text: string): RawAnswer[] {
  if (!text) return [];
  const end = text.indexOf('\r\n\r\n');
  const [statusLine, ...lines] = text.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [name, value] = [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()];
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  const start = end + 4;
  const length = Number(headers['content-length'] ?? text.length - start);
  const body = Buffer.from(text.slice(start, start + length), 'latin1').toString();
  return [{ status: Number(statusLine!.split(' ')[1]), headers, body }, ...parseAnswers(text.slice(start + length))];
}
