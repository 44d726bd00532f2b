import { say } from '@scoreboard/harness';
import { writeEvidence } from '../evidence';
import { show } from '../report';
import { steadily } from './clock';
import { Crowd } from './crowd';
import { measureIdle, measurePush } from './measure-push';
import { type CrowdOptions, crowdOptions } from './options';
import { type Pusher, type Stack, startStack, startYardstick } from './pushers';
import { type Held, render, renderChurn, type Turn } from './report';
import { comeAndGo, cutOff, slowReaders } from './scenarios';

const PLAYERS = 1_000;
/** Pushes before any are measured. */
const WARM_UP = { perSecond: 2, seconds: 3 };

/** Lets a crowd join, and takes what each of its connections holds. */
async function gather(pusher: Pusher, clients: number): Promise<{ readonly crowd: Crowd; readonly held: Held }> {
  const before = await pusher.memory();
  const crowd = await Crowd.join(pusher.url, pusher.transport, clients);
  const after = await pusher.memory();
  const held = { name: pusher.name, heap: (after.heap - before.heap) / clients, resident: (after.resident - before.resident) / clients };
  say(`${clients} clients on ${pusher.name}: ${show(held.resident / 1_024)} KiB each, ${show(held.heap / 1_024)} of it heap and buffers`);
  await measurePush(pusher, crowd, WARM_UP);
  return { crowd, held };
}

/** The gateway with a crowd on each transport, one after the other, in turns with both yardsticks. */
async function takeTurns(stack: Stack, options: CrowdOptions): Promise<{ readonly turns: Turn[]; readonly held: Held[] }> {
  const { clients, rounds, seconds, pushes: perSecond } = options;
  const turns: Turn[] = [];
  const held: Held[] = [];
  const join = async (pusher: Pusher) => {
    const gathered = await gather(pusher, clients);
    held.push(gathered.held);
    return { pusher, crowd: gathered.crowd };
  };
  const yardsticks = [await join(await startYardstick('socket.io')), await join(await startYardstick('websocket'))];
  for (const phase of options.transport) {
    const gateway = await join(await stack.startGateway(phase));
    const systems = [gateway, ...yardsticks];
    const idle = await measureIdle(systems.map(({ pusher }) => pusher));
    for (let round = 1; round <= rounds; round++) {
      for (const [i, { pusher, crowd }] of systems.entries()) {
        const times = await measurePush(pusher, crowd, { perSecond, seconds, idleCpu: idle[i] });
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

async function bench(options: CrowdOptions): Promise<void> {
  say('Starting the servers …');
  const stack = await startStack();
  let posts = 0;
  const stopUpdates = steadily(options.rate, () => stack.post(`player-${posts++ % PLAYERS}`, 1));
  const report = options.churn
    ? renderChurn(await comeAndGo(stack, options.churn, say))
    : render({ ...(await takeTurns(stack, options)), cutOff: await cutOff(stack, options), slow: await slowReaders(stack, options) });
  await stopUpdates();
  await stack.stop();
  process.stdout.write(`${report}\n`);
  if (!options.write) return;
  const file = options.churn ? 'crowd-churn.md' : 'crowd.md';
  const notes = [`- One gateway of the distributed system, beside one api and one worker; ${options.rate} updates a second of players below the ten.`];
  say(`written to ${writeEvidence({ file, title: 'A crowd on one gateway', command: 'bench:crowd', notes }, report)}`);
}

void bench(crowdOptions()).then(() => process.exit(0));
