import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Req, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { ReadCommand, ReadHistory, type Receipt, SubmitScore, UserIds } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { type AuthenticatedRequest, TokenGuard } from '../auth/token.guard';
import { SchemaPipe } from '../http/schema.pipe';
import { traceOf } from '../http/traced-request';
import { userIdSchema } from '../http/user-id';
import { type CommandStatus, presentHistory, presentOutcome } from './scores.presenters';
import { ScoreBodyPipe } from './score-body.pipe';
import { commandIdSchema, type HistoryQuery, historyQuerySchema } from './history.request';
import { readIdempotencyKey, readWait, type UpdateScoreRequest } from './update-score.request';

/** Submits updates, and reads their outcome and history. */
@Controller('api/scores')
@UseGuards(TokenGuard)
export class ScoresController {
  constructor(
    private readonly submitScore: SubmitScore,
    private readonly readCommand: ReadCommand,
    private readonly readHistory: ReadHistory,
    private readonly ids: UserIds,
  ) {}

  @Post('update')
  @HttpCode(201)
  @UseGuards(LimitGuard)
  @Throttle({ writes: {} })
  async update(@Body(ScoreBodyPipe) { userId, scoreIncrement }: UpdateScoreRequest, @Req() request: AuthenticatedRequest): Promise<Receipt> {
    const { 'idempotency-key': idempotencyKey, prefer } = request.headers;
    const update = { userId, scoreIncrement, key: readIdempotencyKey(idempotencyKey), waitMs: readWait(prefer), trace: traceOf(request) };
    const receipt = await this.submitScore.execute(request.user, update);
    return { ...receipt, userId: this.ids.shown(receipt.userId) };
  }

  @Get('commands/:commandId')
  @UseGuards(LimitGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-store')
  async command(@CurrentIdentity() identity: Identity, @Param('commandId', new SchemaPipe(commandIdSchema)) commandId: string): Promise<CommandStatus> {
    return presentOutcome(await this.readCommand.execute(identity, commandId));
  }

  @Get('users/:userId/history')
  @UseGuards(LimitGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-store')
  async history(
    @CurrentIdentity() identity: Identity,
    @Param('userId', new SchemaPipe(userIdSchema)) userId: string,
    @Query(new SchemaPipe(historyQuerySchema)) { limit, cursor }: HistoryQuery,
  ) {
    return presentHistory(await this.readHistory.execute(identity, userId, limit, cursor));
  }
}
