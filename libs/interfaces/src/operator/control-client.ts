import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Tell } from './act';
import type { ActInput, ActName, ActResult, ActRunner } from './acts';
import { controlAddress, sha256 } from './control-place';
import { CommandFailed, EXIT } from './exit-codes';

/** Generous: a standalone on a busy machine may be slow to answer. */
const FIND_WITHIN_MS = 10_000;

/** Far longer than any line that the standalone sends. */
const MAX_LINE_LENGTH = 1_048_576;

/** No standalone runs: the folder or socket does not exist, or its process has ended. */
const ABSENT = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR'];

type Line = Readonly<{ item?: unknown; progress?: { done: number; unit: string; total?: number }; result?: unknown; error?: { message: string; exitCode: number } }>;

/** A digest of the configured server URLs: equal for equal servers, and it does not reveal passwords. */
export const serversDigest = (urls: readonly (string | undefined)[]): string => sha256(JSON.stringify(urls.map((url) => url ?? null)));

/** Runs acts in the running standalone of a data folder. */
export class ControlClient implements ActRunner {
  private constructor(
    private readonly socketPath: string,
    /** `serversDigest` of its settings. */
    readonly servers: string,
  ) {}

  /** Undefined if no standalone runs on this folder. Throws `CommandFailed` if one runs but cannot be reached. */
  static async find(folder: string): Promise<ControlClient | undefined> {
    try {
      const socketPath = controlAddress(folder);
      const about = request({ socketPath, path: '/', signal: AbortSignal.timeout(FIND_WITHIN_MS) }).end();
      const { servers } = (await resultOf(await answerTo(about))) as { servers: string };
      return new ControlClient(socketPath, servers);
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      if (ABSENT.includes(code ?? '')) return undefined;
      if (code === 'EACCES') throw new CommandFailed(`DATA_DIR: the standalone on ${folder} runs as another user. Run this command as that user.`);
      if (name === 'AbortError' || name === 'TimeoutError') throw new CommandFailed(`DATA_DIR: the standalone on ${folder} does not answer`, EXIT.unavailable);
      throw error;
    }
  }

  async run<Name extends ActName>(name: Name, input: ActInput<Name>, tell: Tell): Promise<ActResult<Name>> {
    const asked = request({ socketPath: this.socketPath, path: `/${name}`, method: 'POST' }).end(JSON.stringify(input));
    return (await resultOf(await answerTo(asked), tell)) as ActResult<Name>;
  }
}

const answerTo = async (asked: ReturnType<typeof request>): Promise<IncomingMessage> => ((await once(asked, 'response')) as [IncomingMessage])[0];

/** Reads an answer to its end. */
async function resultOf(answer: IncomingMessage, tell?: Tell): Promise<unknown> {
  try {
    for await (const text of linesOf(answer)) {
      const { item, progress, result, error } = JSON.parse(text) as Line;
      if (error) throw new CommandFailed(error.message, error.exitCode);
      if (progress) tell?.progress(progress.done, progress.unit, progress.total);
      else if (item !== undefined) await tell?.item(item);
      else return result;
    }
  } catch (error) {
    if (error instanceof CommandFailed || !answer.errored) throw error; // otherwise the connection broke
  }
  throw new CommandFailed('the standalone ended before it answered. Check whether the command took effect, then run it again.', EXIT.busy);
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    yield* lines;
    if (rest.length > MAX_LINE_LENGTH) throw new CommandFailed(`unexpected answer on the control channel: a line longer than ${MAX_LINE_LENGTH} characters. Another program may be using the socket.`);
  }
}
