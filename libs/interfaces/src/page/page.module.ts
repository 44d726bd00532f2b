import { type DynamicModule, Module } from '@nestjs/common';
import { PageController, PageOptions } from './page.controller';

/** The live page's settings; its files are served by `servePage`. */
@Module({})
export class PageModule {
  static forRoot(options: PageOptions): DynamicModule {
    return { module: PageModule, controllers: [PageController], providers: [{ provide: PageOptions, useValue: options }] };
  }
}
