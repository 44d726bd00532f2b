import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { signJws } from './sign-jws';

/** A client that is registered at the provider, without a secret. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly redirectUri: string;
}

interface Grant {
  readonly user: string;
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

/**
 * A small OpenID Connect provider on this machine: discovery, a page to sign in, the authorization code flow with PKCE, its key set, and the end of a
 * session. It is as strict as the specifications: exact redirect URIs, codes that work once, `code_verifier` by S256, and CORS for the client's origin only.
 */
export class OidcProvider {
  /** Claims of the access tokens that are issued from now on. */
  claims: Readonly<Record<string, unknown>> = { scope: 'scores:admin' };
  /** Claims of the ID tokens that are issued from now on, over the right ones. */
  idClaims: Readonly<Record<string, unknown>> = {};
  /** Lifetime of access tokens, in seconds. */
  expiresIn = 600;
  /** Members of the metadata that replace the right ones; undefined removes one. */
  metadata: Readonly<Record<string, unknown>> = {};
  /** Members of every answer to the client that replace the right ones, such as `state`. */
  answer: Readonly<Record<string, string>> = {};
  /** Paths that were requested, in order, with the method. */
  readonly requests: string[] = [];
  /** The parameters of the last request to sign in. */
  asked = new URLSearchParams();
  private readonly key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly grants = new Map<string, Grant>();
  private readonly server: Server = createServer((request, response) => void this.serve(request, response));

  constructor(private readonly client: RegisteredClient) {}

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** `port` 0 takes a free one. */
  async start(port = 0): Promise<this> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close().closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, this.issuer);
    this.requests.push(`${request.method} ${pathname}`);
    if (pathname === '/.well-known/openid-configuration') return json(response, 200, this.configuration());
    if (pathname === '/keys') return json(response, 200, { keys: [{ ...this.key.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'ES256' }] });
    if (pathname === '/authorize') return this.authorize(searchParams, response);
    if (pathname === '/decide') return this.decide(searchParams, response);
    if (pathname === '/token' && request.method === 'POST') return this.token(new URLSearchParams(await text(request)), response);
    if (pathname === '/logout') return this.logout(searchParams, response);
    response.writeHead(404).end();
  }

  private configuration() {
    const { issuer } = this;
    return {
      ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys`, end_session_endpoint: `${issuer}/logout` },
      ...{ response_types_supported: ['code'], code_challenge_methods_supported: ['S256'], authorization_response_iss_parameter_supported: true },
      ...this.metadata,
    };
  }

  /** A faulty redirect URI or client is never redirected to. */
  private authorize(asked: URLSearchParams, response: ServerResponse): void {
    this.asked = asked;
    const isKnown = asked.get('client_id') === this.client.clientId && asked.get('redirect_uri') === this.client.redirectUri;
    if (!isKnown) return void response.writeHead(400).end('unknown client or redirect URI');
    if (asked.get('response_type') !== 'code' || asked.get('code_challenge_method') !== 'S256' || !asked.get('code_challenge')) return void response.writeHead(400).end('expected a code with S256');
    const hidden = [...asked].map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`).join('');
    response.setHeader('content-type', 'text/html').end(
      `<!doctype html><title>Provider</title><link rel="icon" href="data:,"><form action="/decide">${hidden}<label>Name <input name="user"></label><button name="do" value="allow">Allow</button><button name="do" value="deny">Deny</button></form>`,
    );
  }

  private decide(asked: URLSearchParams, response: ServerResponse): void {
    const redirectUri = asked.get('redirect_uri')!;
    if (redirectUri !== this.client.redirectUri) return void response.writeHead(400).end('unknown redirect URI');
    const code = randomUUID();
    this.grants.set(code, { user: asked.get('user')!, nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge')!, redirectUri });
    const result = asked.get('do') === 'allow' ? { code } : { error: 'access_denied', error_description: 'You may not <b>enter</b> here' };
    const location = new URL(redirectUri);
    for (const [name, value] of Object.entries({ ...result, state: asked.get('state')!, iss: this.issuer, ...this.answer })) location.searchParams.set(name, value);
    response.writeHead(303, { location: location.href }).end();
  }

  private token(body: URLSearchParams, response: ServerResponse): void {
    const code = body.get('code') ?? '';
    const grant = this.grants.get(code);
    this.grants.delete(code);
    response.setHeader('access-control-allow-origin', new URL(this.client.redirectUri).origin);
    const challenge = createHash('sha256').update(body.get('code_verifier') ?? '').digest('base64url');
    const isGood = body.get('grant_type') === 'authorization_code' && body.get('client_id') === this.client.clientId;
    if (!grant || !isGood || grant.challenge !== challenge || grant.redirectUri !== body.get('redirect_uri')) return json(response, 400, { error: 'invalid_grant', error_description: 'The code is not valid' });
    const now = Math.floor(Date.now() / 1_000);
    const common = { iss: this.issuer, sub: grant.user, iat: now, exp: now + this.expiresIn };
    json(response, 200, {
      access_token: this.sign({ ...common, aud: 'scoreboard', ...this.claims }),
      id_token: this.sign({ ...common, aud: this.client.clientId, nonce: grant.nonce, ...this.idClaims }),
      ...{ token_type: 'Bearer', expires_in: this.expiresIn },
    });
  }

  private logout(asked: URLSearchParams, response: ServerResponse): void {
    const back = asked.get('post_logout_redirect_uri');
    if (back !== this.client.redirectUri || !asked.get('id_token_hint')) return void response.writeHead(400).end('unknown session or redirect URI');
    response.writeHead(303, { location: back }).end();
  }

  private sign(claims: object): string {
    return signJws({ alg: 'ES256', typ: 'JWT', kid: 'k1' }, claims, this.key.privateKey);
  }
}

const escape = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
}
