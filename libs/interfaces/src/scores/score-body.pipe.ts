import { Injectable } from '@nestjs/common';
import { SchemaPipe } from '../http/schema.pipe';
import { ScoresOptions } from './scores.options';
import { updateScoreSchema } from './update-score.request';

/** Reads the body of an update within the limit that the app sets. */
@Injectable()
export class ScoreBodyPipe extends SchemaPipe<ReturnType<typeof updateScoreSchema>> {
  constructor(options: ScoresOptions) {
    super(updateScoreSchema(options.maxIncrement));
  }
}
