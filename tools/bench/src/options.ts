import { parseArgs } from 'node:util';
import { whole, wholes } from '@scoreboard/harness';
import type { Scenario } from './measure';

export const HELP = `npm run bench [-- options]

Measures the distributed system and the standalone against the server one writes in an afternoon (Fastify, one upsert
and one ZINCRBY an update, the board sent to all), in turns, on this machine. Starts and stops what it needs, on free
ports. Ends with 1 where a sum shows a lost or doubled point.

  --quick            a short look: 2 rounds of 2 seconds, about two minutes in all
  --seconds N        seconds of load in each run; default 10
  --rounds N         rounds; each runs every system once in every scenario; default 3
  --connections A,B  HTTP connections, one request at a time on each; default 64,256
  --clients A,B      Socket.IO clients that watch; default 0,200
  --keys             send a fresh Idempotency-Key with every update
  --write            write the result to docs/evidence/bench.md
  --profile FOLDER   write V8 CPU profiles of api, worker and gateway there (slows them a little)
  --help             print this
`;

export interface Options {
  readonly seconds: number;
  readonly rounds: number;
  readonly scenarios: readonly Scenario[];
  readonly withKeys: boolean;
  readonly isWritten: boolean;
  readonly profiles?: string;
}

/** Undefined where help was asked for. Throws an error of one line. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      connections: { type: 'string', default: '64,256' },
      clients: { type: 'string', default: '0,200' },
      keys: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const connections = wholes('connections', values.connections, 1);
  const clients = wholes('clients', values.clients, 0);
  return {
    seconds: whole('seconds', values.seconds ?? (values.quick ? '2' : '10'), 1),
    rounds: whole('rounds', values.rounds ?? (values.quick ? '2' : '3'), 1),
    scenarios: clients.flatMap((count) => connections.map((each) => ({ connections: each, clients: count }))),
    withKeys: values.keys,
    isWritten: values.write,
    profiles: values.profile,
  };
}
