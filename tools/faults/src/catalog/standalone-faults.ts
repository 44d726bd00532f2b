import { rmSync } from 'node:fs';
import { StartFailed, startRole } from '@scoreboard/harness';
import { SECRET } from '../client';
import { standalone } from '../fault';
import { cannotMount, fill } from '../small-disk';
import { killInLoop } from './shared';

export const standaloneFaults = [
  standalone('E01', 'the standalone is killed in a loop', (context) => killInLoop(context, [context.system.member], [300, 2_000])),
  standalone('E02', 'a second standalone starts on the same folder', async ({ system: { folder, member }, history }) => {
    const refusal: unknown = await startRole('standalone', { DATA_DIR: folder, JWT_SECRET: SECRET }).catch((error: unknown) => error);
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
