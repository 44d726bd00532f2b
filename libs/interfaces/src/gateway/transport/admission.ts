import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import type { IdentifySubscriber, BoardCache, Recognition } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';
import { ConnectionLimits, type ConnectionLimitOptions, Place } from './connection-limits';
import { isOriginAllowed } from './origins';
import type { RejectReason } from './refuse';

const logger = new Logger('Admission');

/** How long a new client waits for a fresh board: after an outage most are accepted without having to reconnect. */
const BOARD_WITHIN_MS = 1_000;

export interface AdmissionOptions extends ConnectionLimitOptions {
  /** New clients are accepted only while the board is fresh. */
  readonly boardCache: Pick<BoardCache, 'isFresh' | 'becomesFresh'>;
  readonly subscribers: Pick<IdentifySubscriber, 'execute'>;
  /** Origins whose pages may connect, besides our own (`originPattern`). */
  readonly corsOrigins: readonly string[];
}

/**
 * Decides which clients may connect, over either protocol: those of allowed origins, within the connection limits, while there is a fresh board.
 *
 * Temporary refusals come before a stock client counts as connected, or as a closed connection: a stock client reconnects by itself
 * after these two, and only after these.
 */
export class Admission {
  private readonly limits: ConnectionLimits;
  private isLeaving = false;

  constructor(private readonly options: AdmissionOptions) {
    this.limits = new ConnectionLimits(options);
  }

  /** Refuses all new clients from now on. */
  leave(): void {
    this.isLeaving = true;
  }

  /** Why new clients are refused now; undefined if they are accepted. */
  closedBecause(): Refusal | undefined {
    if (this.isLeaving) return leaving();
    return this.options.boardCache.isFresh() ? undefined : noBoard();
  }

  /** Reserves a place for a handshake, before its token is known, or returns why it is refused. */
  claim(request: IncomingMessage): Place | RejectReason {
    if (this.isLeaving) return leaving();
    return isOriginAllowed(request, this.options.corsOrigins) ? this.limits.claim(request) : 403;
  }

  /** Waits up to `BOARD_WITHIN_MS` for a fresh board. Returns why clients are refused, or undefined if they are accepted. */
  async awaitBoard(): Promise<Refusal | undefined> {
    await this.options.boardCache.becomesFresh(BOARD_WITHIN_MS);
    return this.closedBecause();
  }

  /** Identifies a client that has a place. Rejects with the refusal to send: `unauthenticated` is final, every other refusal is temporary. */
  async identify(token: unknown): Promise<Recognition> {
    const why = await this.awaitBoard();
    if (why) throw why;
    try {
      const recognition = await this.options.subscribers.execute(token);
      if (this.isLeaving) throw leaving();
      return recognition;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      logger.error('a client cannot be authenticated', error);
      throw new Refusal('keys-unavailable');
    }
  }
}

const noBoard = () => new Refusal('leaderboard-unavailable', { detail: 'This gateway has no fresh board. Reconnect after Retry-After.' });
const leaving = () => new Refusal('gateway-unavailable', { detail: 'This gateway is shutting down. Reconnect after Retry-After.' });

/** The `revision` that a client sends; 0 if it is missing or invalid. */
export function readRevision(value: unknown): number {
  const revision = Number(value);
  return Number.isSafeInteger(revision) && revision > 0 ? revision : 0;
}
