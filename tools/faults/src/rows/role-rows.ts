import { setTimeout as delay } from 'node:timers/promises';
import type { Member } from '../member';
import { earlierBuild, lacksVersion } from '../earlier-build';
import { distributed, type DistributedStage } from '../row';

/** Kills any of these again and again, for as long as the fault lasts. */
async function killInLoop({ dice, faultMs }: DistributedStage, members: readonly Member[]): Promise<string> {
  const deadline = Date.now() + faultMs;
  let kills = 0;
  while (Date.now() < deadline) {
    const member = dice.pick(members);
    await member.kill();
    kills++;
    await member.start();
    await delay(dice.whole(100, 1_000));
  }
  return `${kills} kills`;
}

async function killOnce({ hold }: DistributedStage, member: Member): Promise<void> {
  await member.kill();
  await hold(0.4);
  await member.start();
}

/** Both members in turn get a life with a fault point, in which they end by themselves, until the time is over. */
async function dieAt({ dice, faultMs, ground }: DistributedStage, kind: 'workers' | 'apis', point: string): Promise<string> {
  const deadline = Date.now() + faultMs;
  let deaths = 0;
  do {
    const member = ground[kind][deaths % 2]!;
    await member.stop();
    await member.start({ FAULT_POINT: point, FAULT_AFTER: `${dice.whole(1, 30)}` });
    await member.mayEnd();
    await member.start();
    deaths++;
  } while (Date.now() < deadline);
  return `${deaths} deaths`;
}

/** Each member in turn is the older version, beside one of the newer; in the end all are the newer. */
async function mixVersions({ ground, earlier, hold }: DistributedStage): Promise<string> {
  const project = await earlierBuild(earlier);
  for (const turn of [1, 0]) {
    for (const kind of [ground.apis, ground.workers, ground.gateways]) {
      await kind[turn]!.stop();
      await kind[turn]!.start({}, project);
    }
    await hold(0.7);
    for (const kind of [ground.workers, ground.gateways, ground.apis]) {
      await kind[turn]!.stop();
      await kind[turn]!.start();
    }
  }
  return `beside ${earlier}`;
}

export const roleRows = distributed(
  { id: 'F01', what: 'an api is killed', hurt: (stage) => killOnce(stage, stage.ground.apis[0]!) },
  { id: 'F01L', what: 'apis are killed in a loop', hurt: (stage) => killInLoop(stage, stage.ground.apis) },
  { id: 'F02', what: 'workers are killed in a loop', hurt: (stage) => killInLoop(stage, stage.ground.workers) },
  { id: 'F02a', what: 'a worker is killed', hurt: (stage) => killOnce(stage, stage.ground.workers[0]!) },
  { id: 'F03a', what: 'workers die between commit and cache write', hurt: (stage) => dieAt(stage, 'workers', 'after-commit') },
  { id: 'F03b', what: 'workers die between cache write and acknowledgement', hurt: (stage) => dieAt(stage, 'workers', 'after-put') },
  { id: 'F04a', what: 'apis die between publish and confirm', hurt: (stage) => dieAt(stage, 'apis', 'after-publish') },
  { id: 'F04b', what: 'apis die between confirm and answer', hurt: (stage) => dieAt(stage, 'apis', 'after-confirm') },
  {
    id: 'F05',
    what: 'a worker is stopped (SIGSTOP) for 40 s and goes on',
    hurt: async ({ ground }) => {
      ground.workers[0]!.signal('SIGSTOP');
      await delay(40_000);
      ground.workers[0]!.signal('SIGCONT');
    },
  },
  { id: 'F06', what: 'a gateway is killed', hurt: (stage) => killOnce(stage, stage.ground.gateways[0]!) },
  { id: 'F06L', what: 'gateways are killed in a loop', hurt: (stage) => killInLoop(stage, stage.ground.gateways) },
  {
    id: 'R1',
    what: 'rolling restart of every role',
    hurt: async ({ ground }) => {
      for (const member of ground.members) {
        await member.stop();
        await member.start();
      }
    },
  },
  {
    id: 'R2',
    what: 'one of every role is of an older version',
    skip: ({ earlier }) => lacksVersion(earlier),
    prepare: ({ earlier }) => earlierBuild(earlier),
    hurt: mixVersions,
  },
);
