import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { Refusal } from '@scoreboard/domain';
import type { z } from 'zod';
import { UnreadableBody } from './unreadable-body';

/** Reads one part of a request (body, query, parameter) by its schema, or throws the refusal `invalid-request` with every wrong field. */
export class SchemaPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown, { data: name = '' }: ArgumentMetadata): z.output<Schema> {
    if (value instanceof UnreadableBody) throw value.error;
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new Refusal('invalid-request', {
      detail: 'See errors for each wrong field.',
      errors: parsed.error.issues.flatMap((issue) => describe(issue, name)),
    });
  }
}

/** `name` is the parameter's, where the value is a single one. */
const describe = (issue: z.core.$ZodIssue, name: string) =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not known here' }))
    : [{ path: issue.path.join('.') || name, message: issue.message }];
