import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, temporaryFolder } from '@scoreboard/harness';
import { EmbeddedDatabase } from '@scoreboard/infrastructure/postgres';
import { get } from '../../driver/src/client';
import { checkLedger, isBeginning } from './checker';
import type { FaultContext, More } from './fault';
import { Member } from './member';
import { smallDisk } from './small-disk';
import { readLedger } from './snapshots';

export type StandaloneSystem = Awaited<ReturnType<typeof startStandalone>>;

/** Everything in one process, on a data folder. */
export async function startStandalone({ diskMiB }: More = {}) {
  const disk = diskMiB ? smallDisk(diskMiB) : undefined;
  const folder = disk ? join(disk.folder, 'data') : temporaryFolder('faults-data');
  const member = new Member('standalone', 'standalone', await freePort(), { DATA_DIR: folder });
  await member.start();
  return {
    ...{ member, folder, disk, members: [member], apis: [member], gateways: [member], servers: {} },
    stop: async () => {
      await member.kill();
      disk?.remove();
    },

    /** As far as can be seen from outside. */
    check: async ({ subscribers }: FaultContext<unknown>): Promise<string | undefined> => {
      const { status, body } = await get(`${member.url}/api/scores/top`);
      if (status !== 200) return `I12: GET top is answered ${status}`;
      return subscribers.check((body as { userId: string; score: number }[]).map((entry, i) => ({ rank: i + 1, ...entry })));
    },

    /** Ends the process, for one alone may have the folder open, compares its ledger with everything else, and starts it again. */
    conclude: async ({ history, users, allowance }: FaultContext<unknown>): Promise<string | undefined> => {
      const { body } = await get(`${member.url}/api/scores/top?limit=100`);
      await member.stop();
      const embedded = await EmbeddedDatabase.start({ folder });
      const { socketFolder = '127.0.0.1', port } = embedded.address;
      const ledger = await readLedger(`postgres://postgres@localhost:${port}/postgres?host=${encodeURIComponent(socketFolder)}`, users).finally(() => embedded.stop());
      await member.start();
      const broken = checkLedger(ledger, history, allowance);
      if (broken) return broken;
      if (!isBeginning(body, ledger, 100)) return 'I6: GET top?limit=100 was not the order of the ledger';
      const letters = join(folder, 'dead-letters.jsonl');
      return existsSync(letters) && readFileSync(letters).length ? 'I8: there are dead letters that nobody caused' : undefined;
    },
  };
}
