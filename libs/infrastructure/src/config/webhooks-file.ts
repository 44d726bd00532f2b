import { LEDGER_EVENT_TYPES } from '@scoreboard/domain';
import { z } from 'zod';
import { jsonFile } from './json-file';

/** `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks recommends. */
const SECRET = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

const ID_RULE = 'must be 1 to 32 of a-z 0-9 -, beginning with a letter or a digit';
const urlOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);
const isPlain = (text: string): boolean => {
  const url = urlOf(text);
  return Boolean(url && /^https?:$/.test(url.protocol) && !url.username && !url.password);
};

const endpoint = z
  .strictObject(
    {
      id: z.string(ID_RULE).regex(/^[a-z0-9][a-z0-9-]{0,31}$/, ID_RULE),
      url: z.string('must be a URL').refine(isPlain, 'must be a URL that begins with https:// and contains no password'),
      secret: z.string('must be a secret').regex(SECRET, 'must be whsec_ and 24 to 64 bytes in base64'),
      types: z.array(z.enum(LEDGER_EVENT_TYPES, `must be one of ${LEDGER_EVENT_TYPES.join(', ')}`), 'must be a list of event types').min(1, 'must list at least one event type'),
      startFrom: z.enum(['now', 'beginning'], 'must be now or beginning').default('now'),
      allowPrivate: z.boolean('must be true or false').default(false),
    },
    'must be an object with id, url, secret and types',
  )
  .refine(({ url, allowPrivate }) => allowPrivate || urlOf(url)?.protocol === 'https:', { path: ['url'], message: 'must begin with https://; http:// is for private addresses, with allowPrivate' });

const webhooks = z
  .array(endpoint, 'must be a list of endpoints: [{"id", "url", "secret", "types"}]')
  .refine((endpoints) => new Set(endpoints.map(({ id }) => id)).size === endpoints.length, 'must not use an id twice');

/** The endpoints of webhooks, from a JSON file. */
export const webhooksFile = jsonFile(webhooks);
/** A server that gets ledger events, as the file says it. */
export type WebhookEndpoint = z.output<typeof endpoint>;
