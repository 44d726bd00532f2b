import { join } from 'node:path';
import { projectRoot, writeEvidence } from '@scoreboard/harness';
import { Option } from 'commander';
import { commandLine, exitWith, say, whole } from '../../../faults/src/command-line';
import type { Transport } from '../raw-client';
import { show } from '../report';
import { SERVERS_NOTE } from '../system';
import { steadily } from './clock';
import { Crowd } from './crowd';
import { measureIdle, measurePush, measureSideBySide } from './measure-push';
import { type Pusher, type Stack, startStack, startYardstick, WITH_BOARDS } from './pushers';
import { type Held, render, renderBoards, renderChurn, type Turn } from './report';
import { comeAndGo, cutOff, slowReaders } from './scenarios';

const DESCRIPTION = `Holds a crowd on one gateway of the distributed system and takes the time from a POST to every client's screen, the CPU of
a push for each client and the memory of a connection; in the same run and in turns with \`io.emit\` of plain Socket.IO and
with a pre-encoded frame written to plain \`ws\` sockets, each in a process of its own. Then cuts off 2,000 clients at once,
and lets 100 stop reading. Starts and stops what it needs, on free ports. Linux only.`;

interface CrowdOptions extends Readonly<Record<'clients' | 'seconds' | 'rounds' | 'pushes' | 'rate', number>> {
  readonly transport: Transport | 'both';
  readonly churn?: number;
  readonly boards?: true;
  readonly write?: true;
}

const crowdOptions = () =>
  commandLine('bench:crowd', DESCRIPTION)
    .option('--clients <N>', 'clients at a time on each server', whole(1, 100_000), 10_000)
    .option('--seconds <N>', 'seconds of pushes in each turn; by default as many as it takes until every client is asked once for a sign of life', whole(1, 3_600), 25)
    .option('--rounds <N>', 'turns of each server', whole(1, 100), 3)
    .option('--pushes <N>', 'pushes a second', whole(1, 20), 2)
    .option('--rate <N>', 'updates a second of players below the top ten, all the time', whole(0, 1_000), 50)
    .addOption(new Option('--transport <T>', 'of the clients').choices(['socket.io', 'websocket', 'both']).default('both'))
    .option('--churn <SECONDS>', "instead of all that: 500 clients of whom 200 a second go and 200 come, and the gateway's memory", whole(10, 86_400))
    .option('--boards', "instead of all that: the gateway's CPU of a push with its clients on four boards, beside another with all of them on one")
    .option('--write', 'write the result to docs/evidence/crowd.md, crowd-churn.md or crowd-boards.md')
    .parse()
    .opts<CrowdOptions>();

const PLAYERS = 1_000;
/** Undefined is `global`. */
const FOUR_BOARDS = [undefined, 'day', 'week', 'month'];
/** Pushes a second, and for how many seconds, before any are measured. */
const WARM_UP = [2, 3] as const;

/** Lets a crowd join, and adds what each of its connections holds to `all`. */
async function gather(pusher: Pusher, clients: number, all: Held[], boards?: readonly (string | undefined)[]): Promise<{ readonly pusher: Pusher; readonly crowd: Crowd }> {
  const before = await pusher.memory();
  const crowd = await Crowd.join(pusher.url, pusher.transport, clients, boards);
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
  for (const phase of options.transport === 'both' ? (['socket.io', 'websocket'] as const) : [options.transport]) {
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

/** As many clients on four boards as on one, on a gateway each, over the same pushes. */
async function compareBoards(stack: Stack, { clients, rounds, seconds, pushes }: CrowdOptions): Promise<string> {
  const crowds = [];
  for (const boards of [[undefined], FOUR_BOARDS]) crowds.push(await gather(await stack.startGateway('socket.io'), clients, [], boards));
  const idle = await measureIdle(crowds.map(({ pusher }) => pusher));
  const cpu: [number[], number[]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    const measured = await measureSideBySide(crowds, pushes, seconds, idle);
    cpu.forEach((all, i) => all.push(measured[i]!));
    say(`round ${round} of ${rounds}: ${cpu.map((all) => show(all.at(-1)!)).join(' and ')} µs`);
  }
  for (const { crowd, pusher } of crowds) await crowd.leave().then(() => pusher.stop());
  return renderBoards(clients, ...cpu);
}

async function bench(options: CrowdOptions): Promise<number> {
  say('Starting the servers …');
  const stack = await startStack(options.boards ? WITH_BOARDS : {});
  let posts = 0;
  const stopUpdates = steadily(options.rate, () => stack.post(`player-${posts++ % PLAYERS}`, 1));
  const report = options.churn ? renderChurn(await comeAndGo(stack, options.churn)) : await (options.boards ? compareBoards : measureCrowds)(stack, options);
  await stopUpdates();
  await stack.stop();
  process.stdout.write(`${report}\n`);
  if (!options.write) return 0;
  const file = options.churn ? 'crowd-churn.md' : options.boards ? 'crowd-boards.md' : 'crowd.md';
  const notes = [SERVERS_NOTE, `- One gateway of the distributed system, beside one api and one worker; ${options.rate} updates a second of players below the ten.`];
  writeEvidence(join(projectRoot(), 'docs/evidence', file), { title: 'A crowd on one gateway', script: 'bench:crowd', notes }, report);
  return 0;
}

exitWith(bench(crowdOptions()));
