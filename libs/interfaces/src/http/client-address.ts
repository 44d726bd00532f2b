import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { clientAddress } from '@scoreboard/application';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The IP address of the client, past the proxies that are believed. Fastify's own `ip` is that of the connection. */
    readonly clientAddress: string;
  }
}

export function addClientAddress(fastify: FastifyInstance, trustProxy: number): void {
  fastify.decorateRequest('clientAddress', {
    getter(this: FastifyRequest) {
      return clientAddress(this.raw, trustProxy);
    },
  });
}

/** The parameter of a handler that is `clientAddress`. */
export const ClientAddress = createParamDecorator((_data: unknown, context: ExecutionContext): string => context.switchToHttp().getRequest<FastifyRequest>().clientAddress);
