import { Controller, Get, Header } from '@nestjs/common';

/** What the page must know of its surroundings. */
export abstract class PageOptions {
  /** Where it finds the gateway; null where that is at the page's own origin. */
  abstract readonly gatewayUrl: string | null;
  /** Whether strangers may play. */
  abstract readonly guestPlay: boolean;
}

/** What the page asks for before it connects. */
@Controller()
export class PageController {
  constructor(private readonly options: PageOptions) {}

  @Get('config.json')
  @Header('cache-control', 'no-cache')
  config(): PageOptions {
    return this.options;
  }
}
