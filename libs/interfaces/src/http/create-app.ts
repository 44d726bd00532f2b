import { type DynamicModule, type LoggerService, Module, type Type } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ExtensionModule, Extensions } from '../extensions/extensions';
import { corsRules } from './cors';
import { createHttpAdapter, type HttpAdapterOptions } from './http-adapter';
import { callOnAppCreated } from './on-app-created';
import { ProblemFilter } from './problem.filter';

/** What `createApp` needs to know. */
export interface AppOptions extends HttpAdapterOptions {
  readonly logger: LoggerService | false;
  /** Modules from outside that join the role. Default: none. */
  readonly extensions?: readonly ExtensionModule[];
}

/** A role's module and the extensions. */
@Module({})
class AppModule {}

/** A role's Nest application over Fastify, not yet listening. Throws if a dependency is missing. */
export async function createApp(module: DynamicModule | Type, { logger, extensions = [], ...http }: AppOptions): Promise<NestFastifyApplication> {
  const root: DynamicModule = {
    module: AppModule,
    global: true,
    imports: [module, ...extensions],
    // Nest finds this module's filter first and tries it last, so an extension's filter wins.
    providers: [
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: Extensions, useValue: await Extensions.of(extensions) },
    ],
    exports: [Extensions],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, createHttpAdapter(http), { logger, bodyParser: false, abortOnError: false });
  const { corsOrigins } = http;
  if (corsOrigins.length) app.enableCors({ delegator: corsRules(corsOrigins) });
  await callOnAppCreated(app);
  return app;
}
