import { z } from 'zod';
import { brokerUrls, isBrokerUrl } from './broker-urls';
import { databaseTlsProblem } from './database-url';

export const serverUrl = (...schemes: string[]) =>
  z.string().refine(
    (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
    { error: `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`, abort: true },
  );
/** One server only: the drivers would read a list as one long host name. */
export const oneServerUrl = (...schemes: string[]) => serverUrl(...schemes).refine((value) => !new URL(value).hostname.includes(','), 'must name one server');
export const brokers = z
  .string()
  .refine((value) => brokerUrls(value).every(isBrokerUrl), { error: 'must be a URL that begins with amqp:// or amqps://, or several separated by commas', abort: true })
  .refine((value) => new Set(brokerUrls(value).map((url) => url.split(':', 1)[0]!.toLowerCase())).size === 1, 'must use amqps:// in all URLs, or amqp:// in all');
export const databaseUrl = oneServerUrl('postgres', 'postgresql').superRefine((value, context) => {
  const problem = URL.canParse(value) && databaseTlsProblem(new URL(value));
  if (problem) context.addIssue({ code: 'custom', message: problem });
});
