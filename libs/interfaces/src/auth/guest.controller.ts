import { randomBytes } from 'node:crypto';
import { Controller, Header, HttpCode, Inject, NotFoundException, Post, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { TokenSigner, UserIds } from '@scoreboard/application';
import { LimitGuard } from './limit.guard';

/** Whether anyone may play without an account. */
export abstract class GuestOptions {
  /** The setting `GUEST_PLAY`. */
  abstract readonly guestPlay: boolean;
}

const EXPIRES_IN = 24 * 60 * 60;

/** Creates a new guest player, so that the page can be tried without an identity provider. */
@Controller('api/auth')
export class GuestController {
  constructor(
    private readonly options: GuestOptions,
    @Inject(TokenSigner) private readonly signer: TokenSigner | null,
    private readonly ids: UserIds,
  ) {}

  @Post('guest')
  @HttpCode(201)
  @Header('cache-control', 'no-store')
  @UseGuards(LimitGuard)
  @Throttle({ guests: {} })
  async guest() {
    if (!this.options.guestPlay || !this.signer) throw new NotFoundException();
    // A `GUEST_ID`.
    const userId = `guest-${randomBytes(9).toString('base64url')}`;
    return { token: await this.signer.sign(userId, ['scores:write'], EXPIRES_IN), userId: this.ids.shown(userId), expiresIn: EXPIRES_IN };
  }
}
