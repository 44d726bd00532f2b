import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ScoreQueue } from '@scoreboard/application';
import type { OnAppCreated } from '../http/on-app-created';
import { ApplyScoresModule, type BoardsOptions } from './apply-scores.module';
import { ScoreConsumer } from './score.consumer';
import { ScoreQueueStrategy } from './score-queue.strategy';

/** Applies updates from the queue, which a role consumes as a Nest microservice. The app provides the ports globally. */
@Module({ controllers: [ScoreConsumer], exports: [ApplyScoresModule] })
export class ScoreConsumerModule implements OnAppCreated {
  constructor(private readonly queue: ScoreQueue) {}

  static forRoot(options: BoardsOptions): DynamicModule {
    return { module: ScoreConsumerModule, imports: [ApplyScoresModule.forRoot(options)] };
  }

  onAppCreated(app: NestFastifyApplication): void {
    app.connectMicroservice({ strategy: new ScoreQueueStrategy(this.queue) });
  }
}
