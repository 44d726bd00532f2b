import { setTimeout as delay } from 'node:timers/promises';
import { Arena } from './arena';
import { Audience } from './audience';
import { Dice } from './dice';
import { Journal } from './journal';
import { Load } from './load';
import type { Row } from './row';
import type { Ground } from './scene';
import { StandaloneGround } from './standalone-ground';
import { temporaryFolder } from '@scoreboard/harness';

const WARM_UP_MS = 4_000;

const isApart = ({ settings, diskMiB, isAlone }: Row): boolean => settings !== undefined || diskMiB !== undefined || isAlone === true;

/** Keeps a ground for rows that can share one; a row that broke something takes it along. */
export class Grounds {
  private kept?: { readonly kind: string; readonly ground: Ground; turn: number };

  /** The ground of a row, warm and with everything running, and how many rows it has seen. */
  async prepare(row: Row): Promise<{ readonly ground: Ground; readonly turn: number }> {
    const kind = `${row.on}${row.isClustered ? ', clustered' : ''}`;
    if (isApart(row) || this.kept?.kind !== kind) await this.drop();
    const start = row.on === 'distributed' ? Arena.start : StandaloneGround.start;
    if (!this.kept) this.kept = { kind, ground: await warm(await start(row)), turn: 0 };
    await this.kept.ground.startRoles();
    return { ground: this.kept.ground, turn: ++this.kept.turn };
  }

  /** To be called after a row: what it may have broken, or had for itself alone, is not used again. */
  async giveBack(row: Row, isBroken: boolean): Promise<void> {
    if (isBroken || isApart(row)) await this.drop();
  }

  async drop(): Promise<void> {
    await this.kept?.ground.stop();
    this.kept = undefined;
  }
}

/** A process that has never worked grows when it does: that is no leak of the first row. */
export async function warm<G extends Ground>(ground: G): Promise<G> {
  const journal = new Journal(temporaryFolder('faults-warm'), 'journal');
  const audience = new Audience(ground.gateways.map(({ url }) => url));
  const load = new Load({ apis: ground.apis.map(({ url }) => url), users: ['warm-1', 'warm-2', 'warm-3'], lead: 1, rate: 300 }, journal, new Dice(1));
  await load.start();
  await delay(WARM_UP_MS);
  await load.stop();
  audience.stop();
  journal.close();
  return ground;
}
