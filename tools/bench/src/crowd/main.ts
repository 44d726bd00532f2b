import { type Command, Option } from 'commander';
import { say, whole } from '../../../driver/src/command-line';
import { type Finding, runBenchmark } from '../benchmark';
import { steadily } from '../clock';
import { show } from '../statistics';
import { Crowd } from './crowd';
import { measureIdle, measurePush, measurePushes, type Watched } from './measure-push';
import { type Pusher, type Stack, startStack, startYardstick, WITH_BOARDS } from './pushers';
import { TRANSPORTS, type Transport } from './raw-client';
import { type Held, render, renderBoards, renderChurn, type Turn } from './report';
import { comeAndGo, cutOff, slowReaders } from './scenarios';

const DESCRIPTION = `Holds a crowd on one gateway of the distributed system and takes the time from a POST to every client's screen, the CPU of
a push for each client and the memory of a connection; in the same run and in turns with \`io.emit\` of plain Socket.IO and
with a pre-encoded frame written to plain \`ws\` sockets, each in a process of its own. Then cuts off 2,000 clients at once,
and lets 100 stop reading. Starts and stops what it needs, on free ports. Linux only.`;

type Numbers = Record<'clients' | 'seconds' | 'rounds' | 'pushes' | 'rate', number>;
type CrowdOptions = Readonly<Numbers & { transport: Transport | 'both'; churn?: number; boards?: true }>;

const options = (command: Command): Command =>
  command
    .option('--clients <N>', 'clients at a time on each server', whole(1, 100_000), 10_000)
    .option('--seconds <N>', 'seconds of pushes in each turn; by default as many as it takes until every client is asked once for a sign of life', whole(1, 3_600), 25)
    .option('--rounds <N>', 'turns of each server', whole(1, 100), 3)
    .option('--pushes <N>', 'pushes a second', whole(1, 20), 2)
    .option('--rate <N>', 'updates a second of players below the top ten, all the time', whole(0, 1_000), 50)
    .addOption(new Option('--transport <T>', 'of the clients').choices([...TRANSPORTS, 'both']).default('both'))
    .option('--churn <SECONDS>', "instead of all that: 500 clients of whom 200 a second go and 200 come, and the gateway's memory", whole(10, 86_400))
    .option('--boards', "instead of all that: the gateway's CPU of a push with its clients on four boards, beside another with all of them on one");

const PLAYERS = 1_000;
/** Undefined is `global`. */
const FOUR_BOARDS = [undefined, 'day', 'week', 'month'];
/** Pushes a second, and for how many seconds, before any are measured. */
const WARM_UP = [2, 3] as const;

/** Lets a crowd join, and adds what each of its connections holds to `all`. */
async function gather(pusher: Pusher, clients: number, all: Held[], boards?: readonly (string | undefined)[]): Promise<Watched> {
  const before = await pusher.memory();
  const crowd = await Crowd.join(pusher.url, pusher.transport, clients, boards);
  const after = await pusher.memory();
  const held = { name: pusher.name, heap: (after.heap - before.heap) / clients, resident: (after.resident - before.resident) / clients };
  say(`${clients} clients on ${pusher.name}: ${show(held.resident / 1_024)} KiB each, ${show(held.heap / 1_024)} of it heap and buffers`);
  all.push(held);
  await measurePush({ pusher, crowd }, ...WARM_UP);
  return { pusher, crowd };
}

async function part({ pusher, crowd }: Watched): Promise<void> {
  await crowd.leave();
  await pusher.stop();
}

/** The gateway with a crowd on each transport, one after the other, in turns with both yardsticks. */
async function takeTurns(stack: Stack, { clients, rounds, seconds, pushes, transport: wanted }: CrowdOptions) {
  const turns: Turn[] = [];
  const held: Held[] = [];
  const yardsticks: Watched[] = [];
  for (const transport of TRANSPORTS) yardsticks.push(await gather(await startYardstick(transport), clients, held));
  for (const phase of wanted === 'both' ? TRANSPORTS : [wanted]) {
    const gateway = await gather(await stack.startGateway(phase), clients, held);
    const systems = await measureIdle([gateway, ...yardsticks]);
    for (let round = 1; round <= rounds; round++) {
      for (const system of systems) {
        const times = await measurePush(system, pushes, seconds);
        const { name, transport } = system.pusher;
        turns.push({ name, transport, phase, times });
        say(`round ${round} of ${rounds}, ${name}: p99 ${show(times.p99)} ms, last ${show(times.last)} ms, CPU ${show(times.cpu)} µs`);
      }
    }
    await part(gateway);
  }
  for (const yardstick of yardsticks) await part(yardstick);
  return { turns, held };
}

async function measureCrowds(stack: Stack, given: CrowdOptions): Promise<string[]> {
  const { turns, held } = await takeTurns(stack, given);
  return render(turns, held, await cutOff(stack, given.clients, given.pushes), await slowReaders(stack, given.clients, given.seconds));
}

/** As many clients on four boards as on one, on a gateway each, over the same pushes. */
async function compareBoards(stack: Stack, { clients, rounds, seconds, pushes }: CrowdOptions): Promise<string[]> {
  const crowds: Watched[] = [];
  for (const boards of [[undefined], FOUR_BOARDS]) crowds.push(await gather(await stack.startGateway('socket.io'), clients, [], boards));
  const systems = await measureIdle(crowds);
  const cpu: [number[], number[]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    const measured = await measurePushes(systems, pushes, seconds);
    cpu.forEach((all, i) => all.push(measured[i]!.cpu));
    say(`round ${round} of ${rounds}: ${cpu.map((all) => show(all.at(-1)!)).join(' and ')} µs`);
  }
  for (const crowd of crowds) await part(crowd);
  return renderBoards(clients, ...cpu);
}

async function bench(given: CrowdOptions): Promise<Finding> {
  say('Starting the servers …');
  const stack = await startStack(given.boards ? WITH_BOARDS : {});
  let posts = 0;
  const stopUpdates = steadily(given.rate, () => stack.post(`player-${posts++ % PLAYERS}`, 1));
  const report = given.churn ? renderChurn(await comeAndGo(stack, given.churn)) : await (given.boards ? compareBoards : measureCrowds)(stack, given);
  await stopUpdates();
  await stack.stop();
  return {
    report,
    file: given.churn ? 'crowd-churn.md' : given.boards ? 'crowd-boards.md' : 'crowd.md',
    notes: [`- One gateway of the distributed system, beside one api and one worker; ${given.rate} updates a second of players below the ten.`],
  };
}

runBenchmark({ script: 'bench:crowd', title: 'A crowd on one gateway', file: 'crowd.md, crowd-churn.md or crowd-boards.md', description: DESCRIPTION, options, measure: bench });
