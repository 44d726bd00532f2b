import { Injectable } from '@nestjs/common';
import { SchemaPipe } from '../http/schema.pipe';
import { ScoresOptions } from './scores.options';
import { updateScoreSchema } from './update-score.request';

/** Parses the body of an update, with the configured limit on its points. */
@Injectable()
export class ScoreBodyPipe extends SchemaPipe<ReturnType<typeof updateScoreSchema>> {
  constructor(options: ScoresOptions) {
    super(updateScoreSchema(options.maxIncrement));
  }
}
