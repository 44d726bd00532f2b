import { ask, next, start } from '../child';
import type { Transport } from '../raw-client';
import { PROBE_LEAD } from './board';
import { machineTime } from './clock';
import type { Memory } from './memory';

/** A server that pushes boards to a crowd. */
export interface Pusher {
  readonly name: string;
  readonly transport: Transport;
  readonly url: string;
  readonly pid: number;
  /** The probe's score at the last push. */
  readonly score: number;
  /** One push of a new board; resolves with when that was begun, in milliseconds of the machine, as soon as the server has it. */
  push(): Promise<number>;
  /** After a collection of garbage. */
  memory(): Promise<Memory>;
  stop(): Promise<unknown>;
}

export async function startYardstick(transport: Transport): Promise<Pusher> {
  const child = start('crowd/yardstick-server', [transport], ['--expose-gc']);
  const url = await next<string>(child);
  let score = PROBE_LEAD;
  return {
    name: transport === 'socket.io' ? 'io.emit' : 'ws, one frame',
    transport,
    url,
    pid: child.pid!,
    get score() {
      return score;
    },
    push: async () => {
      const begun = machineTime();
      child.send({ score: ++score });
      return begun;
    },
    memory: () => ask<Memory>(child, {}),
    stop: async () => child.disconnect(),
  };
}
