import { Refusal } from '@scoreboard/domain';
import { FormBody } from '../http/form-body';

/** The client that requests a token, and the scopes it requests. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly secret: string;
  readonly scopes: readonly string[];
}

/** RFC 6749, section 3.3: scopes separated by single spaces. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;
const BASIC = /^basic +([A-Za-z0-9+/]+=*)$/i;

/**
 * Reads a client credentials request (RFC 6749, section 4.4.2), with the client's credentials in the Authorization header or in the body.
 * As the RFC requires, an empty parameter counts as missing, an unknown one is ignored, and a repeated one is refused.
 */
export function readTokenRequest(body: unknown, authorization: string | undefined): ClientCredentials {
  if (!(body instanceof FormBody)) throw invalid('The body must be application/x-www-form-urlencoded.');
  const form = readForm(body.text);
  const grantType = form.get('grant_type');
  if (!grantType) throw invalid('grant_type is missing.');
  if (grantType !== 'client_credentials') throw new Refusal('unsupported-grant-type', { detail: 'grant_type must be client_credentials.' });
  const scope = form.get('scope');
  if (scope !== undefined && !SCOPE.test(scope)) throw new Refusal('invalid-scope', { detail: 'Malformed scope: expected names separated by single spaces.' });
  return { ...readCredentials(form, authorization), scopes: scope?.split(' ') ?? [] };
}

function readForm(text: string): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (form.has(name)) throw invalid('A parameter is repeated.');
    form.set(name, value);
  }
  for (const [name, value] of form) if (!value) form.delete(name);
  return form;
}

function readCredentials(form: ReadonlyMap<string, string>, authorization: string | undefined) {
  const [clientId, secret] = [form.get('client_id'), form.get('client_secret')];
  if (authorization === undefined) {
    if (!clientId || !secret) throw unknownClient();
    return { clientId, secret };
  }
  if (secret) throw invalid('The secret is in both the Authorization header and the body: send it once.');
  const basic = readBasic(authorization);
  if (clientId && clientId !== basic.clientId) throw invalid('The Authorization header and client_id name different clients.');
  return basic;
}

/** Section 2.3.1: id and secret are form-encoded before they are joined. */
function readBasic(authorization: string) {
  const encoded = BASIC.exec(authorization)?.[1];
  const joined = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString();
  const colon = joined.indexOf(':');
  if (colon < 0) throw unknownClient();
  return { clientId: decode(joined.slice(0, colon)), secret: decode(joined.slice(colon + 1)) };
}

const decode = (value: string): string => new URLSearchParams(`_=${value.replaceAll('&', '%26')}`).get('_')!;

const invalid = (detail: string) => new Refusal('invalid-request', { detail });
const unknownClient = () => new Refusal('invalid-client', { detail: 'Send the client id and secret with HTTP Basic, or as client_id and client_secret.' });
