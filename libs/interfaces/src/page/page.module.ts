import { type DynamicModule, Module } from '@nestjs/common';
import { PageController } from './page.controller';
import { PageOptions } from './page-options';

/** The live page; its scripts and styles are served by `servePage`. The app provides `LiveBoard` globally. */
@Module({})
export class PageModule {
  static forRoot(options: PageOptions): DynamicModule {
    return { module: PageModule, controllers: [PageController], providers: [{ provide: PageOptions, useValue: options }] };
  }
}
