import schemas from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { asyncApiDocument } from '../../../../libs/interfaces/src/docs/asyncapi';
import { openApiDocument } from '../../../../libs/interfaces/src/docs/openapi';
import { schemaMistakes, unless } from './check';

/** The AsyncAPI document that /docs/asyncapi.json serves: its form, by the schema of the AsyncAPI specification. */
export const asyncApi = (document: unknown = asyncApiDocument()): string[] => schemaMistakes(schemas.schemasWithoutId['3.0.0'], document);

/** The OpenAPI document that /docs shows: its form, that every operation has a name and a described success, and that no name is used twice. */
export async function openApi(): Promise<string[]> {
  const document = openApiDocument({ maxIncrement: 1_000 }) as unknown as Document;
  const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
  return [...unless(valid, JSON.stringify(errors)), ...lint(document)];
}

type Operation = Readonly<{ operationId?: string; summary?: string; responses?: Record<string, { description?: string }> }>;
type Document = Readonly<{ paths: Record<string, Record<string, Operation>> }>;

export function lint({ paths }: Document): string[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
  );
  return operations.flatMap(({ name, operationId, summary, responses = {} }) => [
    ...unless(summary, `${name}: has no summary`),
    ...unless(!operationId || operations.filter((other) => other.operationId === operationId).length === 1, `${name}: its operationId is used twice`),
    ...unless(Object.keys(responses).some((status) => /^[23]/.test(status)), `${name}: describes no success`),
    ...Object.entries(responses).flatMap(([status, { description }]) => unless(description, `${name}: ${status} is not described`)),
  ]);
}
