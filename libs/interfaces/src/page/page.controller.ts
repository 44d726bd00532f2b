import { Controller, Get, Query, Res } from '@nestjs/common';
import { BoardCache } from '@scoreboard/application';
import { BOARD_SIZE } from '@scoreboard/domain';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { SchemaPipe } from '../http/schema.pipe';
import { embedSchema } from './embed.request';
import { PageOptions } from './page-options';
import { pagePolicy } from './page-policy';
import { PageTemplate } from './page-template';

/** The live page, and the page for a frame on other websites. Both are rendered with the current board in memory. */
@Controller()
export class PageController {
  private readonly page: PageTemplate;
  private readonly embedded: PageTemplate;
  private readonly policy: string;
  private readonly embedPolicy: string;

  constructor(
    private readonly options: PageOptions,
    private readonly boardCache: BoardCache,
  ) {
    this.page = new PageTemplate(options.folder, 'index.html');
    this.embedded = new PageTemplate(options.folder, 'embed.html');
    this.policy = pagePolicy({ ...options, frameOrigins: [] });
    this.embedPolicy = pagePolicy(options);
  }

  @Get()
  index(@Res() reply: FastifyReply): void {
    const { gatewayUrl, guestPlay } = this.options;
    const html = this.page.fill({ board: this.boardCache.current(), at: new Date(), count: BOARD_SIZE, play: guestPlay, data: { gateway: gatewayUrl ?? undefined } });
    send(reply, html, this.policy);
  }

  @Get('embed')
  embed(@Query(new SchemaPipe(embedSchema)) { theme, accent, count, title }: z.output<typeof embedSchema>, @Res() reply: FastifyReply): void {
    const data = { gateway: this.options.gatewayUrl ?? undefined, theme, accent, count };
    send(reply, this.embedded.fill({ board: this.boardCache.current(), at: new Date(), count, title, data }), this.embedPolicy);
  }
}

const send = (reply: FastifyReply, html: string, policy: string): void =>
  void reply
    .header('content-security-policy', policy)
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(html);
