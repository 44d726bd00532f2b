import type { Identity } from '@scoreboard/domain';

export type Transport = 'socket.io' | 'websocket';

/** One connection that watches the leaderboard, whatever carries it. */
export interface Viewer {
  /** Unique among the viewers of its transport. */
  readonly id: string;
  readonly data: ViewerData;
}

export interface ViewerData {
  readonly transport: Transport;
  /** Who connected; absent for one who came without a token. */
  readonly identity?: Identity;
  /** The newest board it had before, over another connection; 0 where it had none. Nothing older may be sent to it. */
  readonly revision: number;
  /** Whether so much is still on its way that more would only queue up. O(1). */
  isBusy(): boolean;
}

/** All viewers of one transport. */
export interface ViewerServer {
  /** Sends to the viewers with these ids, encoding once for all; ids that are gone are passed over. */
  to(ids: string[]): { emit(event: string, data: unknown): unknown };
}
