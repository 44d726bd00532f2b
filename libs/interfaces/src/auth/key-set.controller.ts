import { Controller, Get, Inject, NotFoundException, Res } from '@nestjs/common';
import { TokenSigner } from '@scoreboard/application';
import type { FastifyReply } from 'fastify';

/** Publishes the public key of the tokens signed here, so that others can verify them; 404 if there is none. */
@Controller('.well-known')
export class KeySetController {
  constructor(@Inject(TokenSigner) private readonly signer: TokenSigner | null) {}

  @Get('jwks.json')
  keys(@Res({ passthrough: true }) reply: FastifyReply) {
    const key = this.signer?.publicKey;
    if (!key) throw new NotFoundException();
    void reply.header('cache-control', 'public, max-age=300');
    return { keys: [key] };
  }
}
