import { Body, Controller, Header, HttpCode, Inject, NotFoundException, Post, Req, UseFilters, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Throttle } from '@nestjs/throttler';
import { IssueToken, TokenSigner } from '@scoreboard/application';
import type { FastifyRequest } from 'fastify';
import { READS_FORMS } from '../http/form-body';
import { LimitGuard } from './limit.guard';
import { OAuthErrorFilter } from './oauth-error.filter';
import { readTokenRequest } from './token.request';

/** Tokens for services: OAuth 2.0 client credentials (RFC 6749, section 4.4). */
@Controller('api/auth')
export class TokenController {
  constructor(
    private readonly issueToken: IssueToken,
    @Inject(TokenSigner) private readonly signer: TokenSigner | null,
  ) {}

  @Post('token')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @Header('pragma', 'no-cache')
  @RouteConfig(READS_FORMS)
  @UseGuards(LimitGuard)
  @Throttle({ tokens: {} })
  @UseFilters(OAuthErrorFilter)
  async token(@Body() body: unknown, @Req() { headers, clientAddress: address }: FastifyRequest) {
    if (!this.signer) throw new NotFoundException();
    const { token, scopes, expiresIn } = await this.issueToken.execute({ ...readTokenRequest(body, headers.authorization), address });
    return { access_token: token, token_type: 'Bearer', expires_in: expiresIn, scope: scopes.join(' ') };
  }
}
