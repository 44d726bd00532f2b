import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { asyncApiDocument } from './asyncapi';

const { messages } = asyncApiDocument().channels.scores;
const ajv = new Ajv2020({ strict: true });
const validators = new Map<string, ValidateFunction>(Object.values(messages).map(({ name, payload }) => [name, ajv.compile(payload)]));

/** How a gateway message differs from the AsyncAPI document; undefined if it matches. */
export function breach(event: string, data: unknown): string | undefined {
  const validate = validators.get(event.replace(/^top:\d+/, 'top:n').replace(/@.+$/, '@board'));
  if (!validate) return `${event} is not described`;
  return validate(data) ? undefined : `${event}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(data)}`;
}
