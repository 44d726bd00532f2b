import { flag, type Option, optional, readOptions, whole } from '@scoreboard/harness';
import type { Transport } from '../raw-client';

const USAGE = `npm run bench:crowd [-- options]

Holds a crowd on one gateway of the distributed system and takes the time from a POST to every client's screen, the CPU of
a push for each client and the memory of a connection; in the same run and in turns with \`io.emit\` of plain Socket.IO and
with a pre-encoded frame written to plain \`ws\` sockets, each in a process of its own. Then cuts off 2,000 clients at once,
and lets 100 stop reading. Starts and stops what it needs, on free ports. Linux only.`;

const TRANSPORTS: Readonly<Record<string, readonly Transport[]>> = { 'socket.io': ['socket.io'], 'websocket': ['websocket'], 'both': ['socket.io', 'websocket'] };

const transports: Option<readonly Transport[]> = {
  hint: 'T',
  help: 'socket.io, websocket or both; default both',
  read(given = 'both') {
    const named = TRANSPORTS[given];
    if (!named) throw new Error(`--transport: must be ${Object.keys(TRANSPORTS).join(', ')}`);
    return named;
  },
};

export type CrowdOptions = ReturnType<typeof crowdOptions>;

export const crowdOptions = () =>
  readOptions(USAGE, {
    clients: whole('N', 'clients at a time on each server; default 10000', { otherwise: '10000', min: 1, max: 100_000 }),
    seconds: whole('N', 'seconds of pushes in each turn; default 25, in which every client is asked once for a sign of life', { otherwise: '25', min: 1, max: 3_600 }),
    rounds: whole('N', 'turns of each server; default 3', { otherwise: '3', min: 1, max: 100 }),
    pushes: whole('N', 'pushes a second; default 2', { otherwise: '2', min: 1, max: 20 }),
    rate: whole('N', 'updates a second of players below the top ten, all the time; default 50', { otherwise: '50', min: 0, max: 1_000 }),
    transport: transports,
    churn: optional(whole('SECONDS', "instead of all that: 500 clients of whom 200 a second go and 200 come, and the gateway's memory", { otherwise: '', min: 10, max: 86_400 })),
    write: flag('write the result to docs/evidence/crowd.md, or of --churn to docs/evidence/crowd-churn.md'),
  });
