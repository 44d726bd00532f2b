import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PageOptions } from './page-options';
import { pagePolicy } from './page-policy';

/** The desk for operators: a page without data, which reads and changes everything by REST with the operator's token. No other page may frame it. */
@Controller()
export class DeskController {
  private readonly html: string;
  private readonly policy = pagePolicy({ gatewayUrl: null, frameOrigins: [], avatarOrigins: [] });

  constructor({ folder }: PageOptions) {
    this.html = readFileSync(join(folder, 'admin.html'), 'utf8');
  }

  @Get('admin')
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  @Header('cross-origin-opener-policy', 'same-origin')
  @Header('x-robots-tag', 'noindex')
  show(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('content-security-policy', this.policy).type('text/html; charset=utf-8');
    return this.html;
  }
}
