import { Injectable } from '@nestjs/common';
import { SchemaPipe } from '../http/schema.pipe';
import { issueActionSchema } from './issue-action.request';
import { ScoresOptions } from './scores.options';

/** Parses a request for an action token, with the configured limit on its points. */
@Injectable()
export class ActionBodyPipe extends SchemaPipe<ReturnType<typeof issueActionSchema>> {
  constructor(options: ScoresOptions) {
    super(issueActionSchema(options.maxIncrement));
  }
}
