import { setTimeout as delay } from 'node:timers/promises';
import { earlierBuild, lacksVersion } from '../earlier-build';
import { distributed, type ClusterContext } from '../fault';
import { killInLoop, killOnce } from './shared';

type RolesOf = 'apis' | 'workers' | 'gateways';

/** Both members in turn get a life with a fault point, in which they end by themselves, until the time is over. */
async function dieAt({ random, faultMs, system }: ClusterContext, kind: RolesOf, point: string): Promise<string> {
  const deadline = Date.now() + faultMs;
  let deaths = 0;
  do {
    const member = system[kind][deaths % 2]!;
    await member.restart({ FAULT_POINT: point, FAULT_AFTER: `${random.whole(1, 30)}` });
    await member.mayEnd();
    await member.start();
    deaths++;
  } while (Date.now() < deadline);
  return `${deaths} deaths`;
}

/** Each member in turn is the older version, beside one of the newer; in the end all are the newer. */
async function mixVersions({ system, earlier, hold }: ClusterContext): Promise<string> {
  const project = await earlierBuild(earlier);
  for (const turn of [1, 0]) {
    for (const kind of [system.apis, system.workers, system.gateways]) await kind[turn]!.restart({}, project);
    await hold(0.7);
    for (const kind of [system.workers, system.gateways, system.apis]) await kind[turn]!.restart();
  }
  return `beside ${earlier}`;
}

async function freezeWorker({ system }: ClusterContext): Promise<void> {
  system.workers[0]!.signal('SIGSTOP');
  await delay(40_000);
  system.workers[0]!.signal('SIGCONT');
}

async function restartAll({ system }: ClusterContext): Promise<void> {
  for (const member of system.members) await member.restart();
}

const killOne = (kind: RolesOf) => (context: ClusterContext) => killOnce(context, context.system[kind][0]!, 0.4);
const killAny = (kind: RolesOf) => (context: ClusterContext) => killInLoop(context, context.system[kind], context.faultMs, [100, 1_000]);

export const roleFaults = distributed(
  { id: 'F01', what: 'an api is killed', inject: killOne('apis') },
  { id: 'F01L', what: 'apis are killed in a loop', inject: killAny('apis') },
  { id: 'F02', what: 'workers are killed in a loop', inject: killAny('workers') },
  { id: 'F02a', what: 'a worker is killed', inject: killOne('workers') },
  { id: 'F03a', what: 'workers die between commit and cache write', inject: (context) => dieAt(context, 'workers', 'after-commit') },
  { id: 'F03b', what: 'workers die between cache write and acknowledgement', inject: (context) => dieAt(context, 'workers', 'after-put') },
  { id: 'F04a', what: 'apis die between publish and confirm', inject: (context) => dieAt(context, 'apis', 'after-publish') },
  { id: 'F04b', what: 'apis die between confirm and answer', inject: (context) => dieAt(context, 'apis', 'after-confirm') },
  { id: 'F05', what: 'a worker is stopped (SIGSTOP) for 40 s and goes on', inject: freezeWorker },
  { id: 'F06', what: 'a gateway is killed', inject: killOne('gateways') },
  { id: 'F06L', what: 'gateways are killed in a loop', inject: killAny('gateways') },
  { id: 'R1', what: 'rolling restart of every role', inject: restartAll },
  {
    id: 'R2',
    what: 'one of every role is of an older version',
    skip: ({ earlier }) => lacksVersion(earlier),
    prepare: ({ earlier }) => earlierBuild(earlier),
    inject: mixVersions,
  },
);
