import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { freePort, temporaryFolder } from '@scoreboard/harness';
import type { LedgerSnapshot } from './snapshots';

interface Delivery {
  readonly data: { readonly commandId: string };
}

/** Receives every applied update as a webhook of the workers, to check that each is delivered, in order. */
export class EventReceiver {
  /** The last arrival of each command. */
  private readonly arrivals = new Map<string, number>();
  private count = 0;

  private constructor(
    private readonly server: Server,
    /** For `WEBHOOKS_FILE`. */
    readonly file: string,
  ) {}

  static async start(): Promise<EventReceiver> {
    const port = await freePort();
    const file = join(temporaryFolder('webhooks'), 'webhooks.json');
    const endpoint = { id: 'faults', url: `http://127.0.0.1:${port}/`, secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`, types: ['score.applied'], allowPrivate: true };
    writeFileSync(file, JSON.stringify([endpoint]));
    const receiver = new EventReceiver(createServer(), file);
    receiver.server.on('request', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk as string;
      receiver.arrivals.set((JSON.parse(body) as Delivery).data.commandId, receiver.count++);
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => receiver.server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  /** Events come again after a crash, with all that follow them: so the last arrivals are in the order of the ledger. */
  check({ applied }: Pick<LedgerSnapshot, 'applied'>): string | undefined {
    const missing = applied.filter(({ commandId }) => !this.arrivals.has(commandId));
    if (missing.length) return `I15: ${missing.length} applied updates were not delivered as events, the first is ${missing[0]!.commandId}`;
    const places = applied.map(({ commandId }) => this.arrivals.get(commandId)!);
    const late = applied.find((_, i) => i > 0 && places[i]! < places[i - 1]!);
    return late && `I15: the event of ${late.commandId} was delivered before that of an earlier update`;
  }

  stop(): void {
    this.server.close().closeAllConnections();
  }
}
