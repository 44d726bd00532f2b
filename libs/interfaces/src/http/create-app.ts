import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { corsRules } from './cors';
import { createHttpAdapter, type HttpAdapterOptions } from './http-adapter';
import { callOnAppCreated } from './on-app-created';
import { ProblemFilter } from './problem.filter';

export interface AppOptions extends HttpAdapterOptions {
  readonly logger: LoggerService | false;
}

/** A role's Nest application over Fastify, not yet listening. Throws if a dependency is missing. */
export async function createApp(module: DynamicModule | Type, { logger, ...http }: AppOptions): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(http), { logger, bodyParser: false, abortOnError: false });
  app.useGlobalFilters(new ProblemFilter());
  const { corsOrigins } = http;
  if (corsOrigins.length) app.enableCors({ delegator: corsRules(corsOrigins) });
  await callOnAppCreated(app);
  return app;
}
