import { type DynamicModule, Inject, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Extensions } from '../extensions/extensions';
import type { OnAppCreated } from '../http/on-app-created';
import type { OpenApiOptions } from './openapi';
import { serveDocs } from './serve-docs';

const OPTIONS = Symbol('options of the docs');

/** The API documentation at `/docs`: Swagger UI, OpenAPI and AsyncAPI. */
@Module({})
export class DocsModule implements OnAppCreated {
  constructor(
    @Inject(OPTIONS) private readonly options: OpenApiOptions,
    private readonly extensions: Extensions,
  ) {}

  static forRoot(options: OpenApiOptions): DynamicModule {
    return { module: DocsModule, providers: [{ provide: OPTIONS, useValue: options }] };
  }

  onAppCreated(app: NestFastifyApplication): void {
    serveDocs(app, this.options, this.extensions);
  }
}
