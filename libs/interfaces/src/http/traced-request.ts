import type { Trace } from '@scoreboard/domain';
import type { FastifyRequest } from 'fastify';

/** A request whose trace is recorded has the id of its own span. */
export type TracedRequest = FastifyRequest & { readonly spanId?: string };

export const traceOf = ({ id, spanId }: TracedRequest): Trace => ({ id, spanId });
