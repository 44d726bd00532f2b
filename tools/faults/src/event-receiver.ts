import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { freePort, temporaryFolder } from '@scoreboard/harness';
import type { LedgerSnapshot } from './snapshots';

export type EventReceiver = Awaited<ReturnType<typeof startEventReceiver>>;

/** Receives every applied update as a webhook of the workers, to check that each is delivered, in order. `file` is for `WEBHOOKS_FILE`. */
export async function startEventReceiver() {
  const port = await freePort();
  const file = join(temporaryFolder('webhooks'), 'webhooks.json');
  const endpoint = { id: 'faults', url: `http://127.0.0.1:${port}/`, secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`, types: ['score.applied'], allowPrivate: true };
  writeFileSync(file, JSON.stringify([endpoint]));
  /** The last arrival of each command. */
  const arrivals = new Map<string, number>();
  let count = 0;
  const server = createServer(async (request, response) => {
    const { data } = (await json(request)) as { readonly data: { readonly commandId: string } };
    arrivals.set(data.commandId, count++);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  /** Events come again after a crash, with all that follow them: so the last arrivals are in the order of the ledger. */
  const check = ({ applied }: Pick<LedgerSnapshot, 'applied'>): string | undefined => {
    const missing = applied.filter(({ commandId }) => !arrivals.has(commandId));
    if (missing.length) return `I15: ${missing.length} applied updates were not delivered as events, the first is ${missing[0]!.commandId}`;
    const places = applied.map(({ commandId }) => arrivals.get(commandId)!);
    const late = applied.find((_, i) => i > 0 && places[i]! < places[i - 1]!);
    return late && `I15: the event of ${late.commandId} was delivered before that of an earlier update`;
  };
  return { file, check, stop: () => server.close().closeAllConnections() };
}
