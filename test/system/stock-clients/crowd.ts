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
  /** How long it is good. */
  readonly seconds: number;
}

export interface ClientPlan {
  readonly kind: Kind;
  /** Also the user of its tokens. */
  readonly name: string;
  readonly origin: string;
  readonly token?: TokenPlan;
  /** Mounted, unmounted and mounted again at once, as React's StrictMode does. */
  readonly isMountedTwice?: boolean;
}

/** What a client has been shown. */
export interface Seen {
  readonly name: string;
  readonly kind: Kind;
  /** Where it connects. */
  readonly origin: string;
  /** Of the leader of its board; 0 without one. */
  readonly score: number;
  /** Whose score it is shown as its own. */
  readonly me?: string;
  readonly unauthenticated: number;
  /** How often it was shown an older board than before. */
  readonly fell: number;
  /** The last things that happened to its connection. */
  readonly notes: readonly string[];
}

/** A process full of stock clients. */
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
    const over = this.running.exited.then((code) => Promise.reject(new Error(`the clients ended with code ${code}`)));
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
