import { Injectable } from '@nestjs/common';
import { SchemaPipe } from '../http/schema.pipe';
import { issueActionSchema } from './issue-action.request';
import { ScoresOptions } from './scores.options';

/** Reads an order for an action token within the limit that the app sets. */
@Injectable()
export class ActionBodyPipe extends SchemaPipe<ReturnType<typeof issueActionSchema>> {
  constructor(options: ScoresOptions) {
    super(issueActionSchema(options.maxIncrement));
  }
}
