import { type DynamicModule, Module } from '@nestjs/common';
import { ActionCounts, BoardFeed, COMMAND_KEY_RECORDS, CommandKeys, DEAD_LETTER_RECORDS, DeadLetters, ScoreQueue } from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { DeadLetterFile } from './dead-letter-file';
import { EmbeddedBoardFeed } from './embedded-board-feed';
import { EmbeddedScoreQueue } from './embedded-score-queue';
import { FileDeadLetters } from './file-dead-letters';
import { MemoryActionCounts } from './memory-action-counts';
import { MemoryCommandKeys } from './memory-command-keys';
import { MemoryLeaderboard } from './memory-leaderboard';
import { MemoryUserRecords } from './memory-user-records';

/** In place of RabbitMQ: the queue in this process, its dead letters in a file. */
@Module({})
export class InProcessQueueModule {
  static forRoot({ deadLetterFile }: { readonly deadLetterFile: string }): DynamicModule {
    return {
      module: InProcessQueueModule,
      global: true,
      providers: [
        { provide: DEAD_LETTER_RECORDS, useFactory: () => new DeadLetterFile(deadLetterFile) },
        { provide: ScoreQueue, useFactory: ({ park }: DeadLetterFile, events: ScoreboardEvents) => new EmbeddedScoreQueue({ park, events }), inject: [DEAD_LETTER_RECORDS, ScoreboardEvents] },
        { provide: DeadLetters, useFactory: (file: DeadLetterFile, queue: ScoreQueue) => new FileDeadLetters(file, queue), inject: [DEAD_LETTER_RECORDS, ScoreQueue] },
      ],
      exports: [ScoreQueue, DeadLetters, DEAD_LETTER_RECORDS],
    };
  }
}

/** In place of Redis: the leaderboard, its feed, command keys and counts in this process's memory. */
@Module({
  providers: [
    { provide: Leaderboard, useFactory: () => new MemoryLeaderboard() },
    { provide: BoardFeed, useFactory: () => new EmbeddedBoardFeed() },
    { provide: CommandKeys, useFactory: () => new MemoryCommandKeys() },
    { provide: COMMAND_KEY_RECORDS, useFactory: (keys: MemoryCommandKeys) => new MemoryUserRecords(keys), inject: [CommandKeys] },
    { provide: ActionCounts, useFactory: () => new MemoryActionCounts() },
  ],
  exports: [Leaderboard, BoardFeed, CommandKeys, COMMAND_KEY_RECORDS, ActionCounts],
})
export class InProcessLeaderboardModule {
  static forRoot(): DynamicModule {
    return { module: InProcessLeaderboardModule, global: true };
  }
}
