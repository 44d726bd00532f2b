import schemas from '@asyncapi/specs';
import Ajv from 'ajv';
import { asyncApiDocument } from '../../../../libs/interfaces/src/docs/asyncapi';
import { type Check, found } from './check';

/** The AsyncAPI document that /docs/asyncapi.json serves: its form, by the schema of the AsyncAPI specification. */
export const asyncApi: Check = {
  name: 'AsyncAPI',
  run: () => found(mistakesOf(asyncApiDocument())),
};

export function mistakesOf(document: unknown): string[] {
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schemas.schemasWithoutId['3.0.0']);
  return validate(document) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
