import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { type AllowedUpdate, ReadLeaderboard, ScoreboardModule, ScoreRule } from '@scoreboard/nest';

/** A rule of this game: a round is worth at most 100 points. */
@ScoreRule()
export class RoundLimit {
  beforeSubmit({ command }: AllowedUpdate) {
    return { scoreIncrement: Math.min(command.scoreIncrement, 100) };
  }
}

/** A page of this game, which reads the board in the same process. */
@Controller('champions')
export class ChampionsController {
  constructor(private readonly leaderboard: ReadLeaderboard) {}

  @Get()
  async champions(): Promise<string[]> {
    return (await this.leaderboard.top(3)).map(({ rank, userId, score }) => `${rank}. ${userId} (${score})`);
  }
}

@Injectable()
export class Settings {
  readonly auth = { secret: process.env.JWT_SECRET };
  // Unset, each of them is embedded.
  readonly databaseUrl = process.env.DATABASE_URL;
  readonly redisUrl = process.env.REDIS_URL;
  readonly rabbitmqUrl = process.env.RABBITMQ_URL;
  readonly dataFolder = process.env.DATA_DIR ?? '.data';
}

@Module({ providers: [Settings], exports: [Settings] })
export class SettingsModule {}

@Module({
  imports: [ScoreboardModule.forRootAsync({ imports: [SettingsModule], inject: [Settings], useFactory: (settings: Settings) => settings })],
  controllers: [ChampionsController],
  providers: [RoundLimit],
})
export class AppModule {}
