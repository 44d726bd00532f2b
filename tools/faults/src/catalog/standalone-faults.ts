import { rmSync } from 'node:fs';
import { RoleFailed, startRole } from '@scoreboard/harness';
import { SECRET } from '../client';
import { type FaultContext, standalone } from '../fault';
import { cannotMount, fill } from '../small-disk';
import type { StandaloneSystem } from '../standalone-system';
import { killInLoop } from './shared';

type Context = FaultContext<StandaloneSystem>;

async function startSecond({ system: { folder, member }, history }: Context): Promise<void> {
  const refusal: unknown = await startRole('standalone', { DATA_DIR: folder, JWT_SECRET: SECRET }).catch((error: unknown) => error);
  const line = `${folder} is in use by process ${member.pid}: stop that one first, or set DATA_DIR to another folder\n`;
  if (!(refusal instanceof RoleFailed) || refusal.output !== line) history.wrong.push(`the second standalone was not refused with its one line: ${String(refusal)}`);
}

async function fillDisk({ system, hold }: Context): Promise<void> {
  const empty = fill(system.disk!);
  await hold();
  empty();
}

async function deleteData({ system: { folder, member }, allowance }: Context): Promise<void> {
  await member.stop();
  rmSync(folder, { recursive: true });
  allowance.lostBefore = Date.now();
  await member.start();
}

export const standaloneFaults = [
  standalone('E01', 'the standalone is killed in a loop', (context) => killInLoop(context, [context.system.member], context.faultMs, [300, 2_000])),
  standalone('E02', 'a second standalone starts on the same folder', startSecond),
  standalone('E03', "the standalone's disk is full", fillDisk, { diskMiB: 200, skip: cannotMount }),
  standalone('E04', "the standalone's data folder is deleted", deleteData),
];
