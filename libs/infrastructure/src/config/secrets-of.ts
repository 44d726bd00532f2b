import { unescape } from 'node:querystring';
import { brokerUrls } from './broker-urls';
import type { Settings } from './settings';

type Secrets = Partial<Pick<Settings, 'DATABASE_URL' | 'REDIS_URL' | 'RABBITMQ_URL' | 'JWT_SECRET' | 'DATA_ENCRYPTION_KEYS' | 'USER_ID_KEY' | 'WEBHOOKS_FILE'>>;

/** The secrets of a role, in each form in which a text might contain them: for redaction and checks. */
export function secretsOf({ DATABASE_URL, REDIS_URL, RABBITMQ_URL, JWT_SECRET, DATA_ENCRYPTION_KEYS = [], USER_ID_KEY, WEBHOOKS_FILE = [] }: Secrets): readonly string[] {
  const urls = [DATABASE_URL, REDIS_URL, ...brokerUrls(RABBITMQ_URL ?? '')].filter((url) => url);
  return [
    ...urls.flatMap((url) => passwordsIn(new URL(url!))),
    ...(JWT_SECRET ? [JWT_SECRET] : []),
    ...DATA_ENCRYPTION_KEYS.map(({ key }) => key.export().toString('base64')),
    ...(USER_ID_KEY ? [USER_ID_KEY.export().toString('base64')] : []),
    ...WEBHOOKS_FILE.map(({ secret }) => secret),
  ];
}

function passwordsIn({ password, searchParams }: URL): string[] {
  const inQuery = searchParams.get('password');
  return [...new Set([password, unescape(password), ...(inQuery ? [inQuery] : [])])].filter(Boolean);
}
