import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { clientAddress } from '@scoreboard/application';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The client's IP address, behind the trusted proxies. Fastify's own `ip` is the address of the connection. */
    readonly clientAddress: string;
  }
}

/** Does nothing if the requests have it already. */
export function addClientAddress(fastify: FastifyInstance, trustProxy: number): void {
  if (fastify.hasRequestDecorator('clientAddress')) return;
  fastify.decorateRequest('clientAddress', {
    getter(this: FastifyRequest) {
      return clientAddress(this.raw, trustProxy);
    },
  });
}

/** Injects `clientAddress` into a handler. */
export const ClientAddress = createParamDecorator((_data: unknown, context: ExecutionContext): string => context.switchToHttp().getRequest<FastifyRequest>().clientAddress);
