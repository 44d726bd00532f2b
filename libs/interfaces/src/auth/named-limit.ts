import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerOptions } from '@nestjs/throttler';

/** A limit counted over all routes that name it. */
export interface NamedLimit extends ThrottlerOptions {
  readonly name: string;
  readonly limit: (context: ExecutionContext) => number;
  readonly ttl: number;
  readonly getTracker: (request: Record<string, any>) => string;
}

export const keyOf = (limit: string, tracker: string): string => `${limit}:${tracker}`;
