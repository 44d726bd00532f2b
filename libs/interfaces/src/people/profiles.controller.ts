import { Body, Controller, Get, Header, HttpCode, Param, Put, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { ChangeProfile, type Profile, ReadProfile, UserIds } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { TokenGuard } from '../auth/token.guard';
import { SchemaPipe } from '../http/schema.pipe';
import { userIdSchema } from '../http/user-id';
import { type ProfileRequest, profileSchema } from './profile.request';

/** Names and pictures of users: public to read, changed by the user or by a service. */
@Controller('api/users/:userId/profile')
export class ProfilesController {
  constructor(
    private readonly changeProfile: ChangeProfile,
    private readonly readProfile: ReadProfile,
    private readonly ids: UserIds,
  ) {}

  @Get()
  @UseGuards(LimitGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-cache')
  async read(@Param('userId', new SchemaPipe(userIdSchema)) userId: string): Promise<Profile & { readonly userId: string }> {
    return { userId: this.ids.shown(userId), ...(await this.readProfile.execute(userId)) };
  }

  @Put()
  @HttpCode(204)
  @UseGuards(TokenGuard, LimitGuard)
  @Throttle({ writes: {} })
  change(
    @CurrentIdentity() identity: Identity,
    @Param('userId', new SchemaPipe(userIdSchema)) userId: string,
    @Body(new SchemaPipe(profileSchema)) profile: ProfileRequest,
  ): Promise<void> {
    return this.changeProfile.execute(identity, userId, profile);
  }
}
