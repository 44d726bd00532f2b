import { once } from 'node:events';
import { join } from 'node:path';
import { GuardedProcess } from '@scoreboard/harness';

export const STOCK_KINDS = ['socket.io', 'socket.io by websocket', 'socket.io by polling', 'websocket'] as const;
export const DOCUMENTED_KINDS = ['socket.io as documented', 'websocket as documented'] as const;
export type Kind = (typeof STOCK_KINDS)[number] | (typeof DOCUMENTED_KINDS)[number];

export interface TokenPlan {
  readonly key: string;
  readonly algorithm: 'HS256' | 'ES256';
  readonly keyid?: string;
  /** Its lifetime. */
  readonly seconds: number;
}

export interface ClientPlan {
  readonly kind: Kind;
  /** Also the user in its tokens. */
  readonly name: string;
  readonly origin: string;
  readonly token?: TokenPlan;
  /** Mounted, unmounted and mounted again at once, like in React's StrictMode. */
  readonly isMountedTwice?: boolean;
}

/** What a client has received. */
export interface Seen {
  readonly name: string;
  readonly kind: Kind;
  /** The URL it connects to. */
  readonly origin: string;
  /** The score of the leader on its board; 0 without a board. */
  readonly score: number;
  /** The user whose score it receives as its own. */
  readonly me?: string;
  readonly unauthenticated: number;
  /** How often it received an older board than before. */
  readonly fell: number;
  /** The last events of its connection. */
  readonly notes: readonly string[];
}

/** A process with many stock clients. */
export class Crowd {
  private readonly running: GuardedProcess;
  private asked = 0;

  constructor() {
    this.running = new GuardedProcess(process.execPath, [join(__dirname, 'clients.mjs')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.running.child.setMaxListeners(0);
  }

  join(plans: readonly ClientPlan[]): Promise<readonly Seen[]> {
    return this.ask({ join: plans });
  }

  look(): Promise<readonly Seen[]> {
    return this.ask({});
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.running.pid, signal);
  }

  stop(): Promise<void> {
    return this.running.kill();
  }

  private async ask(question: object): Promise<readonly Seen[]> {
    const id = ++this.asked;
    const { child } = this.running;
    const over = this.running.exited.then((code) => Promise.reject(new Error(`the client process exited with code ${code}`)));
    const answered = (async () => {
      for (;;) {
        const [answer] = (await once(child, 'message')) as [{ readonly id: number; readonly seen: readonly Seen[] }];
        if (answer.id === id) return answer.seen;
      }
    })();
    child.send({ id, ...question });
    return Promise.race([answered, over]);
  }
}
