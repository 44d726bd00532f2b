import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, temporaryFolder } from '@scoreboard/harness';
import type { SystemOptions } from './cluster';
import { Member } from './member';
import { type SmallDisk, smallDisk } from './small-disk';

/** Everything in one process, on a data folder. */
export class StandaloneSystem {
  readonly unexpectedExits: string[] = [];
  readonly member: Member;
  readonly members: readonly Member[];
  readonly apis: readonly Member[];
  readonly gateways: readonly Member[];

  private constructor(
    /** The data folder. */
    readonly folder: string,
    port: number,
    settings: NodeJS.ProcessEnv,
    readonly disk: SmallDisk | undefined,
  ) {
    this.member = new Member('standalone', 'standalone', port, { DATA_DIR: folder, ...settings }, (what) => this.unexpectedExits.push(what));
    this.members = this.apis = this.gateways = [this.member];
  }

  static async start({ settings = {}, diskMiB }: SystemOptions = {}): Promise<StandaloneSystem> {
    const disk = diskMiB ? smallDisk(diskMiB) : undefined;
    const folder = disk ? join(disk.folder, 'data') : temporaryFolder('faults-data');
    const system = new StandaloneSystem(folder, await freePort(), settings, disk);
    await system.member.start();
    return system;
  }

  async startRoles(): Promise<void> {
    await this.member.start();
  }

  saveLogs(folder: string): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'standalone.log'), this.member.log());
  }

  async stop(): Promise<void> {
    await this.member.kill();
    this.disk?.remove();
  }
}
