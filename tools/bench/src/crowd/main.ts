import { flag, type Option, optional, readOptions, say, whole } from '@scoreboard/harness';
import { writeEvidence } from '../evidence';
import type { Transport } from '../raw-client';
import { show } from '../report';
import { steadily } from './clock';
import { Crowd } from './crowd';
import { measureIdle, measurePush } from './measure-push';
import { type Pusher, type Stack, startStack, startYardstick } from './pushers';
import { type Held, render, renderChurn, type Turn } from './report';
import { comeAndGo, cutOff, slowReaders } from './scenarios';

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

type CrowdOptions = ReturnType<typeof crowdOptions>;

const crowdOptions = () =>
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

const PLAYERS = 1_000;
/** Pushes a second, and for how many seconds, before any are measured. */
const WARM_UP = [2, 3] as const;

/** Lets a crowd join, and adds what each of its connections holds to `all`. */
async function gather(pusher: Pusher, clients: number, all: Held[]): Promise<{ readonly pusher: Pusher; readonly crowd: Crowd }> {
  const before = await pusher.memory();
  const crowd = await Crowd.join(pusher.url, pusher.transport, clients);
  const after = await pusher.memory();
  const held = { name: pusher.name, heap: (after.heap - before.heap) / clients, resident: (after.resident - before.resident) / clients };
  say(`${clients} clients on ${pusher.name}: ${show(held.resident / 1_024)} KiB each, ${show(held.heap / 1_024)} of it heap and buffers`);
  all.push(held);
  await measurePush(pusher, crowd, ...WARM_UP);
  return { pusher, crowd };
}

/** The gateway with a crowd on each transport, one after the other, in turns with both yardsticks. */
async function takeTurns(stack: Stack, options: CrowdOptions): Promise<{ readonly turns: Turn[]; readonly held: Held[] }> {
  const { clients, rounds, seconds, pushes: perSecond } = options;
  const turns: Turn[] = [];
  const held: Held[] = [];
  const yardsticks = [await gather(await startYardstick('socket.io'), clients, held), await gather(await startYardstick('websocket'), clients, held)];
  for (const phase of options.transport) {
    const gateway = await gather(await stack.startGateway(phase), clients, held);
    const systems = [gateway, ...yardsticks];
    const idle = await measureIdle(systems.map(({ pusher }) => pusher));
    for (let round = 1; round <= rounds; round++) {
      for (const [i, { pusher, crowd }] of systems.entries()) {
        const times = await measurePush(pusher, crowd, perSecond, seconds, idle[i]);
        turns.push({ name: pusher.name, transport: pusher.transport, phase, times });
        say(`round ${round} of ${rounds}, ${pusher.name}: p99 ${show(times.p99)} ms, last ${show(times.last)} ms, CPU ${show(times.cpu)} µs`);
      }
    }
    await gateway.crowd.leave();
    await gateway.pusher.stop();
  }
  for (const { pusher, crowd } of yardsticks) {
    await crowd.leave();
    await pusher.stop();
  }
  return { turns, held };
}

async function measureCrowds(stack: Stack, options: CrowdOptions): Promise<string> {
  const { turns, held } = await takeTurns(stack, options);
  return render(turns, held, await cutOff(stack, options.clients, options.pushes), await slowReaders(stack, options.clients, options.seconds));
}

async function bench(options: CrowdOptions): Promise<void> {
  say('Starting the servers …');
  const stack = await startStack();
  let posts = 0;
  const stopUpdates = steadily(options.rate, () => stack.post(`player-${posts++ % PLAYERS}`, 1));
  const report = options.churn ? renderChurn(await comeAndGo(stack, options.churn)) : await measureCrowds(stack, options);
  await stopUpdates();
  await stack.stop();
  process.stdout.write(`${report}\n`);
  if (!options.write) return;
  const file = options.churn ? 'crowd-churn.md' : 'crowd.md';
  const notes = [`- One gateway of the distributed system, beside one api and one worker; ${options.rate} updates a second of players below the ten.`];
  say(`written to ${writeEvidence({ file, title: 'A crowd on one gateway', command: 'bench:crowd', notes }, report)}`);
}

void bench(crowdOptions()).then(() => process.exit(0));
