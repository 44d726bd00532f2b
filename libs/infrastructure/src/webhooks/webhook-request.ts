import { createHmac } from 'node:crypto';
import { request as plainRequest, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP } from 'node:net';
import { presentEvent, withDeadline } from '@scoreboard/application';
import type { LedgerEvent } from '@scoreboard/domain';
import type { WebhookEndpoint } from '@scoreboard/infrastructure/config';
import { isPublicAddress, publicLookup, refusedAddress } from './public-address';

/** From the look-up of the name to the status of the answer. */
const TIMEOUT_MS = 10_000;

/** The signature of Standard Webhooks, version 1: HMAC-SHA-256 of id, timestamp (seconds since 1970) and body. */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** The payload of Standard Webhooks. */
export function bodyOf(event: LedgerEvent): string {
  const { type, at, ...data } = presentEvent(event);
  return JSON.stringify({ type, timestamp: at, data });
}

/**
 * Sends an event to an endpoint. Throws unless the answer is 2xx: for any other status, so for a redirect too, which is not followed; if nothing comes in ten seconds;
 * and for an address that is not public, unless the endpoint allows it. The same event always has the same `webhook-id`.
 */
export async function sendWebhook(endpoint: WebhookEndpoint, event: LedgerEvent, signal: AbortSignal, timeoutMs = TIMEOUT_MS): Promise<void> {
  const url = new URL(endpoint.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!endpoint.allowPrivate && isIP(host) && !isPublicAddress(host)) throw refusedAddress(host);
  const body = bodyOf(event);
  const timestamp = Math.floor(Date.now() / 1_000);
  const options: RequestOptions = {
    method: 'POST',
    agent: false,
    ...(endpoint.allowPrivate ? {} : { lookup: publicLookup as RequestOptions['lookup'] }),
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'scoreboard-webhooks',
      'webhook-id': event.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf(endpoint.secret, event.id, timestamp, body),
    },
  };
  const status = await withDeadline(timeoutMs, signal, (ending) => post(url, { ...options, signal: ending }, body));
  if (status < 200 || status > 299) throw new Error(`${url.host} answered ${status}${status >= 300 && status < 400 ? '; redirects are not followed' : ''}`);
}

function post(url: URL, options: RequestOptions, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
    const request = send(url, options, (response) => {
      resolve(response.statusCode!);
      response.destroy(); // nobody reads the body, however long it is
    });
    request.on('error', (error: NodeJS.ErrnoException) => reject(['TimeoutError', 'AbortError'].includes(error.name) ? new Error(`${url.host} did not answer in time`) : error));
    request.end(body);
  });
}
