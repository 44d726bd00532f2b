import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { StartFailed, startRole } from '@scoreboard/harness';
import { SETTINGS } from '../../../driver/src/client';
import { earlierBuild, WITH_EARLIER } from '../earlier-build';
import { type ClusterContext, distributed, killInLoop, killOnce, standalone } from '../fault';
import { cannotMount, fill } from '../small-disk';

type RolesOf = 'apis' | 'workers' | 'gateways';

/** Both members in turn get a life with a fault point, in which they end by themselves, until the time is over. */
const dieAt = (kind: RolesOf, point: string) => async ({ random, repeat, system }: ClusterContext) => {
  const deaths = await repeat(async (turn) => {
    const member = system[kind][turn % 2]!;
    await member.restart({ FAULT_POINT: point, FAULT_AFTER: `${random.whole(1, 30)}` });
    await member.mayEnd();
    await member.start();
  });
  return `${deaths} deaths`;
};

const killOne = (kind: RolesOf) => (context: ClusterContext) => killOnce(context, context.system[kind][0]!, 0.4);
const killAny = (kind: RolesOf) => (context: ClusterContext) => killInLoop(context, context.system[kind], [100, 1_000]);

export const roleFaults = [
  distributed('F01', 'an api is killed', killOne('apis')),
  distributed('F01L', 'apis are killed in a loop', killAny('apis')),
  distributed('F02', 'workers are killed in a loop', killAny('workers')),
  distributed('F02a', 'a worker is killed', killOne('workers')),
  distributed('F03a', 'workers die between commit and cache write', dieAt('workers', 'after-commit')),
  distributed('F03b', 'workers die between cache write and acknowledgement', dieAt('workers', 'after-put')),
  distributed('F04a', 'apis die between publish and confirm', dieAt('apis', 'after-publish')),
  distributed('F04b', 'apis die between confirm and answer', dieAt('apis', 'after-confirm')),
  distributed('F05', 'a worker is stopped (SIGSTOP) for 40 s and goes on', async ({ system }) => {
    system.workers[0]!.signal('SIGSTOP');
    await delay(40_000);
    system.workers[0]!.signal('SIGCONT');
  }),
  distributed('F06', 'a gateway is killed', killOne('gateways')),
  distributed('F06L', 'gateways are killed in a loop', killAny('gateways')),
  distributed('R1', 'rolling restart of every role', async ({ system }) => {
    for (const member of system.members) await member.restart();
  }),
  // Each member in turn is the older version, beside one of the newer; in the end all are the newer.
  distributed('R2', 'one of every role is of an older version', async ({ system, earlier, hold }) => {
    const project = await earlierBuild(earlier);
    for (const turn of [1, 0]) {
      for (const kind of [system.apis, system.workers, system.gateways]) await kind[turn]!.restart({}, project);
      await hold(0.7);
      for (const kind of [system.workers, system.gateways, system.apis]) await kind[turn]!.restart();
    }
    return `beside ${earlier}`;
  }, WITH_EARLIER),
];

export const standaloneFaults = [
  standalone('E01', 'the standalone is killed in a loop', (context) => killInLoop(context, [context.system.member], [300, 2_000])),
  standalone('E02', 'a second standalone starts on the same folder', async ({ system: { folder, member }, history }) => {
    const refusal: unknown = await startRole('standalone', { DATA_DIR: folder, JWT_SECRET: SETTINGS.JWT_SECRET }).catch((error: unknown) => error);
    const line = `${folder} is in use by process ${member.pid}: stop that one first, or set DATA_DIR to another folder\n`;
    if (!(refusal instanceof StartFailed) || refusal.output !== line) history.wrong.push(`the second standalone was not refused with its one line: ${String(refusal)}`);
  }),
  standalone('E03', "the standalone's disk is full", async ({ system, hold }) => {
    const empty = fill(system.disk!);
    await hold();
    empty();
  }, { diskMiB: 200, skip: cannotMount }),
  standalone('E04', "the standalone's data folder is deleted", async ({ system: { folder, member }, allowance }) => {
    await member.stop();
    rmSync(folder, { recursive: true });
    allowance.lostBefore = Date.now();
    await member.start();
  }),
];
