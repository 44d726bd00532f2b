import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { isText, Refusal } from '@scoreboard/domain';
import type { z } from 'zod';
import { DeferredBodyError } from './deferred-body-error';

/**
 * Parses one part of a request (body, query or path parameter) with its schema, or throws the refusal `invalid-request` that lists every invalid field.
 * Strings that are not valid text (`isText`) are refused, whatever the schema allows.
 */
export class SchemaPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown, { data: name = '' }: ArgumentMetadata): z.output<Schema> {
    if (value instanceof DeferredBodyError) throw value.error;
    const noText = pathsOfNoText(value);
    if (noText.length) throw invalid(noText.map((path) => ({ path: path.join('.') || name, message: 'must be valid Unicode without U+0000' })));
    return parseWith(this.schema, value, name);
  }
}

/** The value as parsed by the schema; `name` is that of a single parameter. Throws `invalid-request` with every field that the schema refuses. */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown, name = ''): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.flatMap((issue) => describe(issue, name)));
}

/** The refusal that lists these invalid fields. */
export const invalid = (errors: { readonly path: string; readonly message: string }[]) => new Refusal('invalid-request', { detail: 'The member errors lists each invalid field.', errors });

function pathsOfNoText(value: unknown): readonly (readonly string[])[] {
  if (typeof value === 'string') return isText(value) ? [] : [[]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => pathsOfNoText(inner).map((path) => [key, ...path]));
}

/** `name` is the parameter's name if the value is a single parameter. */
function describe(issue: z.core.$ZodIssue, name: string) {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not a known field' }));
  const isNoObject = issue.code === 'invalid_type' && issue.expected === 'object';
  return [{ path: issue.path.join('.') || name, message: isNoObject ? 'must be a JSON object' : issue.message }];
}
