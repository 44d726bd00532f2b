import { Controller, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ApplyScores, COMMANDS_PATTERN } from '@scoreboard/application';
import type { Rejection, ScoreCommand } from '@scoreboard/domain';
import { FaultFilter } from './fault.filter';

/** The worker's end of the queue: takes whole batches, and returns the commands that can never be applied. */
@Controller()
export class ScoreConsumer {
  constructor(private readonly applyScores: ApplyScores) {}

  @MessagePattern<string>(COMMANDS_PATTERN)
  @UseFilters(FaultFilter)
  apply(@Payload() commands: readonly ScoreCommand[]): Promise<readonly Rejection[]> {
    return this.applyScores.execute(commands);
  }
}
