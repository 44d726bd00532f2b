import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { asyncApiDocument } from './asyncapi';

const { messages } = asyncApiDocument().channels.scores;
const ajv = new Ajv2020({ strict: true });
const validators = new Map<string, ValidateFunction>(Object.values(messages).map(({ name, payload }) => [name, ajv.compile(payload)]));

/** What is wrong with a message of the gateway, as the AsyncAPI document describes it; undefined where nothing is. */
export function breach(event: string, data: unknown): string | undefined {
  const validate = validators.get(event.replace(/^top:\d+$/, 'top:n'));
  if (!validate) return `${event} is not described`;
  return validate(data) ? undefined : `${event}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(data)}`;
}
