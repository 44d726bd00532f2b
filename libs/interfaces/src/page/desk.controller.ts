import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header, Optional, Res } from '@nestjs/common';
import { type SignInDetails, SignInProvider } from '@scoreboard/application';
import type { FastifyReply } from 'fastify';
import { PageOptions } from './page-options';
import { pagePolicy } from './page-policy';
import { escape } from './html';

/** What the page reads from its `<meta name="sign-in">`; empty where operators sign in with a token only. */
type SignInContent = SignInDetails | { readonly isUnavailable: true };

/** The desk for operators: a page without data, which reads and changes everything by REST with the operator's token. No other page may frame it. */
@Controller()
export class DeskController {
  private readonly html: string;

  constructor(
    { folder }: PageOptions,
    @Optional() private readonly provider?: SignInProvider,
  ) {
    this.html = readFileSync(join(folder, 'admin.html'), 'utf8');
  }

  @Get('admin')
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  @Header('cross-origin-opener-policy', 'same-origin')
  @Header('x-robots-tag', 'noindex')
  async show(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const details = await this.provider?.details();
    // The policy and the page are of the same answer, so they always agree on the provider's endpoints.
    const policy = pagePolicy({ gatewayUrl: null, frameOrigins: [], avatarOrigins: [], connectUrls: details ? [details.tokenEndpoint] : [] });
    void reply.header('content-security-policy', policy).type('text/html; charset=utf-8');
    const content: SignInContent | undefined = this.provider && (details ?? { isUnavailable: true });
    return content ? this.html.replace('<meta name="sign-in" content=""', () => `<meta name="sign-in" content="${escape(JSON.stringify(content))}"`) : this.html;
  }
}
