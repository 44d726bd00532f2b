import { setTimeout as delay } from 'node:timers/promises';
import type { PrivateServer } from '@scoreboard/harness';
import { lost } from '../checker';
import type { ClusterContext, FaultContext } from '../fault';
import type { Entry } from '../history';
import type { Member } from '../member';
import { readLedger } from '../snapshots';

/** A server or a role. */
type Killable = Pick<Member | PrivateServer, 'kill' | 'start'>;

/** Kills it, and starts it again after a share of the fault's time. */
export async function killOnce({ hold }: Pick<ClusterContext, 'hold'>, victim: Killable, share = 1): Promise<void> {
  await victim.kill();
  await hold(share);
  await victim.start();
}

/** Kills any of these again and again, with a pause (ms) from `from` to `to` after each start. */
export async function killInLoop({ random, repeat }: FaultContext<unknown>, victims: readonly Killable[], [from, to]: readonly [number, number], forMs?: number): Promise<string> {
  const kills = await repeat(async () => {
    const victim = random.pick(victims);
    await victim.kill();
    await victim.start();
    await delay(random.whole(from, to));
  }, forMs);
  return `${kills} kills`;
}

/** For its time, or a share of it, these have this fault. */
export async function withFault({ hold }: ClusterContext, members: readonly Member[], faults: NodeJS.ProcessEnv, share = 1): Promise<void> {
  for (const member of members) await member.restart(faults);
  await hold(share);
  for (const member of members) await member.restart();
}

/** The updates that were accepted so far and are not in the ledger. */
export const lostSoFar = async ({ system, users, history }: ClusterContext): Promise<readonly Entry[]> => lost(await readLedger(system.postgres.url, users), history);
