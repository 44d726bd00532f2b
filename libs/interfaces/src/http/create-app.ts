import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpAdapter, type HttpAdapterOptions } from './http-adapter';
import { callOnAppCreated } from './on-app-created';
import { ProblemFilter } from './problem.filter';

export interface AppOptions extends HttpAdapterOptions {
  readonly logger: LoggerService | false;
  readonly corsOrigins: readonly string[];
}

/** What pages of the allowed origins may send and see; never cookies. */
const CORS = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-None-Match', 'Prefer', 'X-Request-Id', 'traceparent'],
  exposedHeaders: ['ETag', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Request-Id'],
  maxAge: 600,
  strictPreflight: false, // a preflight that is none gets no answer of another shape
};

/** A role's Nest application over Fastify, not yet listening. Throws where the wiring has a hole. */
export async function createApp(module: DynamicModule | Type, { logger, corsOrigins, ...http }: AppOptions): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(http), { logger, bodyParser: false, abortOnError: false });
  app.useGlobalFilters(new ProblemFilter());
  if (corsOrigins.length) app.enableCors({ ...CORS, origin: (origin, answer) => answer(null, corsOrigins.includes(origin ?? '')) });
  await callOnAppCreated(app);
  return app;
}
