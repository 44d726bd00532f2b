import { parseArgs } from 'node:util';
import { whole } from '@scoreboard/harness';
import type { Transport } from '../raw-client';

export const HELP = `npm run bench:crowd [-- options]

Holds a crowd on one gateway of the distributed system and takes the time from a POST to every client's screen, the CPU of
a push for each client and the memory of a connection; in the same run and in turns with \`io.emit\` of plain Socket.IO and
with a pre-encoded frame written to plain \`ws\` sockets, each in a process of its own. Then cuts off 2,000 clients at once,
and lets 100 stop reading. Starts and stops what it needs, on free ports. Linux only.

  --clients N        clients at a time on each server; default 10000
  --seconds N        seconds of pushes in each turn; default 25, in which every client is asked once for a sign of life
  --rounds N         turns of each server; default 3
  --pushes N         pushes a second; default 2
  --rate N           updates a second of players below the top ten, all the time; default 50
  --transport T      socket.io, websocket or both; default both
  --churn SECONDS    instead of all that: 500 clients of whom 200 a second go and 200 come, and the gateway's memory
  --write            write the result to docs/evidence/crowd.md, or of --churn to docs/evidence/crowd-churn.md
  --help             print this
`;

export interface CrowdOptions {
  readonly clients: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly pushesPerSecond: number;
  readonly updatesPerSecond: number;
  readonly transports: readonly Transport[];
  readonly churnSeconds?: number;
  readonly isWritten: boolean;
}

const TRANSPORTS: Readonly<Record<string, readonly Transport[]>> = {
  'socket.io': ['socket.io'],
  'websocket': ['websocket'],
  'both': ['socket.io', 'websocket'],
};

/** Undefined where help was asked for. Throws an error of one line. */
export function readOptions(args: readonly string[]): CrowdOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      clients: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '25' },
      rounds: { type: 'string', default: '3' },
      pushes: { type: 'string', default: '2' },
      rate: { type: 'string', default: '50' },
      transport: { type: 'string', default: 'both' },
      churn: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const transports = TRANSPORTS[values.transport];
  if (!transports) throw new Error(`--transport: must be ${Object.keys(TRANSPORTS).join(', ')}`);
  return {
    clients: whole('clients', values.clients, 1, 100_000),
    seconds: whole('seconds', values.seconds, 1, 3_600),
    rounds: whole('rounds', values.rounds, 1, 100),
    pushesPerSecond: whole('pushes', values.pushes, 1, 20),
    updatesPerSecond: whole('rate', values.rate, 0, 1_000),
    transports,
    churnSeconds: values.churn === undefined ? undefined : whole('churn', values.churn, 10, 86_400),
    isWritten: values.write,
  };
}
