import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { isText, Refusal } from '@scoreboard/domain';
import type { z } from 'zod';
import { DeferredBodyError } from './deferred-body-error';

/**
 * Reads one part of a request (body, query, parameter) by its schema, or throws the refusal `invalid-request` with every wrong field. What is no
 * text (`isText`) gets no further, whatever the schema allows.
 */
export class SchemaPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown, { data: name = '' }: ArgumentMetadata): z.output<Schema> {
    if (value instanceof DeferredBodyError) throw value.error;
    const noText = pathsOfNoText(value);
    if (noText.length) throw invalid(noText.map((path) => ({ path: path.join('.') || name, message: 'must be Unicode text without U+0000' })));
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw invalid(parsed.error.issues.flatMap((issue) => describe(issue, name)));
  }
}

const invalid = (errors: { readonly path: string; readonly message: string }[]) => new Refusal('invalid-request', { detail: 'See errors for each wrong field.', errors });

function pathsOfNoText(value: unknown): readonly (readonly string[])[] {
  if (typeof value === 'string') return isText(value) ? [] : [[]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => pathsOfNoText(inner).map((path) => [key, ...path]));
}

/** `name` is the parameter's, where the value is a single one. */
const describe = (issue: z.core.$ZodIssue, name: string) =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not known here' }))
    : [{ path: issue.path.join('.') || name, message: issue.message }];
