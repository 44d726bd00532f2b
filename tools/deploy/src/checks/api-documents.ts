import schemas from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv';
import { asyncApiDocument } from '../../../../libs/interfaces/src/docs/asyncapi';
import { openApiDocument } from '../../../../libs/interfaces/src/docs/openapi';

/** The AsyncAPI document that /docs/asyncapi.json serves: its form, by the schema of the AsyncAPI specification. */
export function asyncApi(document: unknown = asyncApiDocument()): string[] {
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schemas.schemasWithoutId['3.0.0']);
  return validate(document) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The OpenAPI document that /docs shows: its form, that every operation has a name and a described success, and that no name is used twice. */
export async function openApi(): Promise<string[]> {
  const document = openApiDocument({ maxIncrement: 1_000 }) as unknown as Document;
  const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
  return [...(valid ? [] : [JSON.stringify(errors)]), ...lint(document)];
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly responses?: Readonly<Record<string, { readonly description?: string }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export function lint({ paths }: Document): string[] {
  const ofPath = ([path, methods]: [string, Document['paths'][string]]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const);
  const operations = Object.entries(paths).flatMap(ofPath);
  return operations.flatMap(([name, { operationId, summary, responses = {} }]) => [
    ...(summary ? [] : [`${name}: has no summary`]),
    ...(operationId && operations.filter(([, other]) => other.operationId === operationId).length > 1 ? [`${name}: its operationId is used twice`] : []),
    ...(Object.keys(responses).some((status) => /^[23]/.test(status)) ? [] : [`${name}: describes no success`]),
    ...Object.entries(responses).filter(([, { description }]) => !description).map(([status]) => `${name}: ${status} is not described`),
  ]);
}
