import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, temporaryFolder } from '@scoreboard/harness';
import { EmbeddedDatabase } from '@scoreboard/infrastructure/postgres';
import { get } from '../../driver/src/client';
import { checkLedger, isBeginning } from './checker';
import type { FaultContext, More, System } from './fault';
import { Member } from './member';
import { type SmallDisk, smallDisk } from './small-disk';
import { type LedgerSnapshot, readLedger } from './snapshots';

/** Everything in one process, on a data folder. */
export class StandaloneSystem implements System {
  readonly servers = {};
  readonly member: Member;
  readonly members: readonly Member[];
  readonly apis: readonly Member[];
  readonly gateways: readonly Member[];

  private constructor(
    /** The data folder. */
    readonly folder: string,
    port: number,
    readonly disk: SmallDisk | undefined,
  ) {
    this.member = new Member('standalone', 'standalone', port, { DATA_DIR: folder });
    this.members = this.apis = this.gateways = [this.member];
  }

  static async start({ diskMiB }: More = {}): Promise<StandaloneSystem> {
    const disk = diskMiB ? smallDisk(diskMiB) : undefined;
    const folder = disk ? join(disk.folder, 'data') : temporaryFolder('faults-data');
    const system = new StandaloneSystem(folder, await freePort(), disk);
    await system.member.start();
    return system;
  }

  async stop(): Promise<void> {
    await this.member.kill();
    this.disk?.remove();
  }

  /** As far as can be seen from outside. */
  async check({ subscribers }: FaultContext<unknown>): Promise<string | undefined> {
    const { status, body } = await get(`${this.member.url}/api/scores/top`);
    if (status !== 200) return `I12: GET top is answered ${status}`;
    return subscribers.check((body as { userId: string; score: number }[]).map((entry, i) => ({ rank: i + 1, ...entry })));
  }

  /** Ends the process, for one alone may have the folder open, compares its ledger with everything else, and starts it again. */
  async conclude({ history, users, allowance }: FaultContext<unknown>): Promise<string | undefined> {
    const { body } = await get(`${this.member.url}/api/scores/top?limit=100`);
    await this.member.stop();
    const ledger = await readFolder(this.folder, users);
    await this.member.start();
    const broken = checkLedger(ledger, history, allowance);
    if (broken) return broken;
    if (!isBeginning(body, ledger, 100)) return 'I6: GET top?limit=100 was not the order of the ledger';
    const letters = join(this.folder, 'dead-letters.jsonl');
    return existsSync(letters) && readFileSync(letters).length ? 'I8: there are dead letters that nobody caused' : undefined;
  }
}

async function readFolder(folder: string, users: readonly string[]): Promise<LedgerSnapshot> {
  const embedded = await EmbeddedDatabase.start({ folder });
  const address = { host: embedded.address.socketFolder ?? '127.0.0.1', port: embedded.address.port };
  return readLedger(address, users).finally(() => embedded.stop());
}
