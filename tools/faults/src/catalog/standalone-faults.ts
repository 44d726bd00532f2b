import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { RoleFailed, startRole } from '@scoreboard/harness';
import { SECRET } from '../client';
import { standalone } from '../fault';
import { cannotMount, fill } from '../small-disk';

export const standaloneFaults = standalone(
  {
    id: 'E01',
    what: 'the standalone is killed in a loop',
    inject: async ({ system: { member }, faultMs, random }) => {
      const deadline = Date.now() + faultMs;
      let kills = 0;
      for (; Date.now() < deadline; kills++) {
        await member.kill();
        await member.start();
        await delay(random.whole(300, 2_000));
      }
      return `${kills} kills`;
    },
  },
  {
    id: 'E02',
    what: 'a second standalone starts on the same folder',
    inject: async ({ system: { folder, member }, history }) => {
      const refusal: unknown = await startRole('standalone', { DATA_DIR: folder, JWT_SECRET: SECRET }).catch((error: unknown) => error);
      const line = `${folder} is in use by process ${member.pid}: stop that one first, or set DATA_DIR to another folder\n`;
      if (!(refusal instanceof RoleFailed) || refusal.output !== line) history.wrong.push(`the second standalone was not refused with its one line: ${String(refusal)}`);
    },
  },
  {
    id: 'E03',
    what: "the standalone's disk is full",
    diskMiB: 200,
    skip: cannotMount,
    inject: async ({ system, hold }) => {
      const empty = fill(system.disk!);
      await hold();
      empty();
    },
  },
  {
    id: 'E04',
    what: "the standalone's data folder is deleted",
    inject: async ({ system: { folder, member }, allowance }) => {
      await member.stop();
      rmSync(folder, { recursive: true });
      allowance.lostBefore = Date.now();
      await member.start();
    },
  },
);
