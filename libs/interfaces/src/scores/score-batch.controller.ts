import { Body, Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Throttle } from '@nestjs/throttler';
import { ErrorReporter, SubmitScore } from '@scoreboard/application';
import { type Identity, Refusal } from '@scoreboard/domain';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { type AuthenticatedRequest, TokenGuard } from '../auth/token.guard';
import { traceOf } from '../http/traced-request';
import { ScoreBatchPipe } from './score-batch.pipe';
import { presentBatch } from './score-batch.presenter';
import { readWait } from './update-score.request';
import { type BatchedUpdate, READS_BATCHES, type ReadUpdate } from './update-scores.request';

/** Submits many updates of a trusted service with one request. */
@Controller('api/scores')
@UseGuards(TokenGuard)
export class ScoreBatchController {
  constructor(
    private readonly submitScore: SubmitScore,
    private readonly errors: ErrorReporter,
  ) {}

  @Post('updates')
  @HttpCode(200)
  @RouteConfig(READS_BATCHES)
  @UseGuards(LimitGuard)
  @Throttle({ writes: {} })
  async update(@CurrentIdentity() identity: Identity, @Body(ScoreBatchPipe) read: readonly ReadUpdate[], @Req() request: AuthenticatedRequest) {
    const more = { waitMs: readWait(request.headers['prefer']), trace: traceOf(request) };
    const valid = read.filter((one): one is BatchedUpdate => !(one instanceof Refusal));
    const settled = await this.submitScore.executeAll(identity, valid.map(({ idempotencyKey: key, ...update }) => ({ ...update, key, ...more })));
    const submitted = settled.values();
    const results = read.map((one) => (one instanceof Refusal ? ({ status: 'rejected', reason: one } as const) : submitted.next().value!));
    return presentBatch(results, this.errors);
  }
}
