import { flag, optional, readOptions, text, whole, wholes } from '@scoreboard/harness';
import type { Scenario } from './measure';

const USAGE = `npm run bench [-- options]

Measures the distributed system and the standalone against the server one writes in an afternoon (Fastify, one upsert
and one ZINCRBY an update, the board sent to all), in turns, on this machine. Starts and stops what it needs, on free
ports. Ends with 1 where a sum shows a lost or doubled point.`;

const ALL = {
  quick: flag('a short look: 2 rounds of 2 seconds, about two minutes in all'),
  seconds: optional(whole('N', 'seconds of load in each run; default 10', { otherwise: '', min: 1 })),
  rounds: optional(whole('N', 'rounds; each runs every system once in every scenario; default 3', { otherwise: '', min: 1 })),
  connections: wholes('A,B', 'HTTP connections, one request at a time on each; default 64,256', { otherwise: '64,256', min: 1 }),
  clients: wholes('A,B', 'Socket.IO clients that watch; default 0,200', { otherwise: '0,200', min: 0 }),
  keys: flag('send a fresh Idempotency-Key with every update'),
  write: flag('write the result to docs/evidence/bench.md'),
  profile: text('FOLDER', 'write V8 CPU profiles of api, worker and gateway there (slows them a little)'),
};

export type Options = ReturnType<typeof benchOptions>;

export function benchOptions() {
  const { quick, seconds = quick ? 2 : 10, rounds = quick ? 2 : 3, connections, clients, ...others } = readOptions(USAGE, ALL);
  const scenarios: readonly Scenario[] = clients.flatMap((count) => connections.map((each) => ({ connections: each, clients: count })));
  return { seconds, rounds, scenarios, ...others };
}
