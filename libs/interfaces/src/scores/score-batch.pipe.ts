import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { Refusal } from '@scoreboard/domain';
import { DeferredBodyError } from '../http/deferred-body-error';
import { parseWith, SchemaPipe } from '../http/schema.pipe';
import { ScoresOptions } from './scores.options';
import { batchedUpdateSchema, batchSchema, type ReadUpdate } from './update-scores.request';

/** Parses the body of a batch. An invalid update is a refusal in its place, so that it does not stop the others. */
@Injectable()
export class ScoreBatchPipe implements PipeTransform<unknown, readonly ReadUpdate[]> {
  private readonly update: SchemaPipe<ReturnType<typeof batchedUpdateSchema>>;

  constructor(options: ScoresOptions) {
    this.update = new SchemaPipe(batchedUpdateSchema(options.maxIncrement));
  }

  transform(value: unknown, metadata: ArgumentMetadata): readonly ReadUpdate[] {
    if (value instanceof DeferredBodyError) throw value.error;
    return parseWith(batchSchema, value).updates.map((update) => this.read(update, metadata));
  }

  private read(update: unknown, metadata: ArgumentMetadata): ReadUpdate {
    try {
      return this.update.transform(update, metadata);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }
}
