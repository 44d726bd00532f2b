import { Body, Controller, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { IssueAction } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { CurrentIdentity } from '../auth/identity.decorator';
import { SignerGuard } from '../auth/signer.guard';
import { TokenGuard } from '../auth/token.guard';
import { ActionBodyPipe } from './action-body.pipe';
import type { IssueActionRequest } from './issue-action.request';

/** Issues action tokens for websites that do not sign their own. */
@Controller('api/actions')
@UseGuards(SignerGuard, TokenGuard)
export class ActionsController {
  constructor(private readonly issueAction: IssueAction) {}

  @Post()
  @HttpCode(201)
  @Header('cache-control', 'no-store')
  async issue(@CurrentIdentity() identity: Identity, @Body(ActionBodyPipe) order: IssueActionRequest) {
    return { actionToken: await this.issueAction.execute(identity, order), expiresIn: order.expiresIn };
  }
}
