import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import type { IdentifySubscriber, BoardCache, Recognition } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';
import { ConnectionLimits, type ConnectionLimitOptions, Place } from './connection-limits';
import { isOriginAllowed } from './origins';
import type { RejectReason } from './refuse';

const logger = new Logger('Admission');

/** How long a client waits for a board that is about to be fresh: after an outage or a pause most are let in without a second try. */
const BOARD_WITHIN_MS = 1_000;

export interface AdmissionOptions extends ConnectionLimitOptions {
  /** New clients are taken only while it is fresh. */
  readonly live: Pick<BoardCache, 'isFresh' | 'becomesFresh'>;
  readonly subscribers: Pick<IdentifySubscriber, 'execute'>;
  /** Pages of these origins may connect, besides our own (`originPattern`). */
  readonly corsOrigins: readonly string[];
}

/**
 * Who may connect, over either protocol: pages of allowed origins, as many as there are places, while there is a fresh board.
 *
 * What may work later is refused before a stock client counts as connected, or by closing its connection: it comes back from both
 * by itself, and from nothing else.
 */
export class Admission {
  private readonly limits: ConnectionLimits;
  private isLeaving = false;

  constructor(private readonly options: AdmissionOptions) {
    this.limits = new ConnectionLimits(options);
  }

  /** From now on nobody is let in. */
  leave(): void {
    this.isLeaving = true;
  }

  /** Why nobody is let in now; undefined where clients are. */
  closedBecause(): Refusal | undefined {
    if (this.isLeaving) return leaving();
    return this.options.live.isFresh() ? undefined : noBoard();
  }

  /** Takes a place for a handshake, whatever token it will bring, or says why not. */
  claim(request: IncomingMessage): Place | RejectReason {
    if (this.isLeaving) return leaving();
    return isOriginAllowed(request, this.options.corsOrigins) ? this.limits.claim(request) : 403;
  }

  /** Waits a moment for a fresh board; says why not where there is none by then. */
  async awaitBoard(): Promise<Refusal | undefined> {
    await this.options.live.becomesFresh(BOARD_WITHIN_MS);
    return this.closedBecause();
  }

  /** Who a client is that has a place. Rejects with the refusal that it is to be told: what is `unauthenticated` will never work, all else may later. */
  async identify(token: unknown): Promise<Recognition> {
    const why = await this.awaitBoard();
    if (why) throw why;
    try {
      const recognition = await this.options.subscribers.execute(token);
      if (this.isLeaving) throw leaving();
      return recognition;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      logger.error('a client could not be authenticated', error);
      throw new Refusal('keys-unavailable');
    }
  }
}

const noBoard = () => new Refusal('leaderboard-unavailable', { detail: 'The gateway has no fresh board.' });
const leaving = () => new Refusal('gateway-unavailable', { detail: 'It is shutting down.' });

/** The `revision` that a client says it had; 0 for what is none. */
export function readRevision(value: unknown): number {
  const revision = Number(value);
  return Number.isSafeInteger(revision) && revision > 0 ? revision : 0;
}
