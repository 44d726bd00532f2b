import type { IncomingMessage } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { clientAddress, requestIdOf } from '@scoreboard/application';
import type { FastifyInstance } from 'fastify';
import { allowLargerBodies } from './body-limits';
import { addClientAddress } from './client-address';

/** An Express application: every request and answer inherits from these. */
interface ExpressApp {
  readonly request: IncomingMessage;
  readonly response: ExpressResponse;
}

interface ExpressResponse {
  status(code: number): this;
  set(headers: object): this;
}

/**
 * Gives the requests and answers of a host's HTTP server what our controllers use: `clientAddress` and the larger body of a batch on Fastify; on
 * Express also `id`, `code()` and `headers()`, which Fastify has. Call it before routes are registered. Throws for another HTTP server.
 */
export function prepareHostRequests(adapter: AbstractHttpAdapter, trustProxy: number): void {
  const type = adapter.getType();
  if (type === 'fastify') {
    const fastify = adapter.getInstance<FastifyInstance>();
    addClientAddress(fastify, trustProxy);
    allowLargerBodies(fastify);
  } else if (type === 'express') prepareExpress(adapter.getInstance<ExpressApp>(), trustProxy);
  else throw new Error(`The HTTP adapter is ${type || adapter.constructor.name}: expected FastifyAdapter of @nestjs/platform-fastify, or ExpressAdapter of @nestjs/platform-express.`);
}

function prepareExpress({ request, response }: ExpressApp, trustProxy: number): void {
  const address = { get(this: IncomingMessage) { return clientAddress(this, trustProxy); } };
  Object.defineProperties(request, { clientAddress: { configurable: true, ...address }, id: { configurable: true, get: newId, set: keepId } });
  Object.assign(response, {
    code(this: ExpressResponse, status: number) { return this.status(status); },
    headers(this: ExpressResponse, headers: object) { return this.set(headers); },
  });
}

function newId(this: IncomingMessage): string {
  const id = requestIdOf(this.headers);
  keepId.call(this, id);
  return id;
}

/** The host may give requests ids of its own. */
function keepId(this: IncomingMessage, id: unknown): void {
  Object.defineProperty(this, 'id', { value: id, writable: true, configurable: true, enumerable: true });
}
