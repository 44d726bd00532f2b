import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { REFUSALS } from '@scoreboard/domain';
import { readSettings } from '@scoreboard/infrastructure/config';
import { Ajv2020 } from 'ajv/dist/2020';
import type { FastifyInstance } from 'fastify';
import { register } from 'prom-client';
import { StandaloneModule } from '../../../../apps/standalone/src/standalone.module';
import { createApp } from '../http';
import { asyncApiDocument } from './asyncapi';
import { openApiDocument } from './openapi';
import { BUILT_PAGE } from '../../../../test/support';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

describe('the OpenAPI document', () => {
  let folder: string;
  let app: NestFastifyApplication;
  const routes = new Set<string>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openapi-'));
    register.clear();
    const settings = readSettings('standalone', { DATA_DIR: folder, JWT_SECRET: 's'.repeat(32) });
    app = await createApp(StandaloneModule.forRoot(settings, BUILT_PAGE), { logger: false, trustProxy: 0, corsOrigins: [] });
    const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) if (/^\/(api|\.well-known)\//.test(url) && one !== 'HEAD') routes.add(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`);
    });
    await app.init();
    await fastify.ready();
  });
  afterAll(async () => {
    await app.close();
    register.clear();
    Logger.overrideLogger(false);
    rmSync(folder, { recursive: true, force: true });
  });

  it('describes exactly the routes under /api and /.well-known', () => {
    const { paths } = openApiDocument({ maxIncrement: 1_000 });
    const described = Object.entries(paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.size).toBeGreaterThan(0);
    expect(described.sort()).toEqual([...routes].sort());
  });

  it('is served as JSON, with the configured limit', async () => {
    const answer = await app.inject({ method: 'GET', url: '/docs/openapi.json' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ openapi: '3.1.0', info: { title: 'Scoreboard' } });
    const { components } = answer.json<ReturnType<typeof openApiDocument>>();
    expect(components.schemas.ScoreUpdate).toMatchObject({
      additionalProperties: false,
      properties: { scoreIncrement: { minimum: 1, maximum: 1_000 } },
    });
  });

  it('is served next to the AsyncAPI document of the live board', async () => {
    const answer = await app.inject({ method: 'GET', url: '/docs/asyncapi.json' });
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json()).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())));
  });

  it('is shown by Swagger UI, whose page and files are of this server', async () => {
    for (const url of ['/docs', '/docs/']) {
      const page = await app.inject({ method: 'GET', url });
      expect([page.statusCode, page.headers['content-type'], page.headers['content-security-policy']]).toEqual([200, expect.stringContaining('text/html'), expect.stringContaining("default-src 'self'")]);
      const files = [...page.body.matchAll(/(?:src|href)=["'](\.[^"']+)["']/g)].map(([, file]) => new URL(file!, `http://localhost${url}`).pathname);
      expect(files).toContain('/docs/swagger-ui-bundle.js');
      for (const file of files) expect([file, (await app.inject({ method: 'GET', url: file })).statusCode]).toEqual([file, 200]);
    }
    expect((await app.inject({ method: 'GET', url: '/docs/swagger-ui-init.js' })).body).toContain('"/api/scores/update"');
    const [whole, head] = [await app.inject({ method: 'GET', url: '/docs' }), await app.inject({ method: 'HEAD', url: '/docs' })];
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', whole.headers['content-length']]);
    const missing = await app.inject({ method: 'GET', url: '/docs/nothing' });
    expect([missing.statusCode, missing.headers['content-type']]).toEqual([404, expect.stringContaining('application/problem+json')]);
  });

  const document = openApiDocument({ maxIncrement: 1_000 });
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );

  it('gives every operation a name of its own and one of the listed tags, so that generated clients have readable methods', () => {
    const names = operations.map(([, { operationId }]) => operationId);
    expect(names.filter((name) => !/^[a-z][A-Za-z]+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const tags = document.tags.map(({ name }) => name);
    expect(operations.filter(([, { tags: [tag, ...more] }]) => !tags.includes(tag!) || more.length)).toEqual([]);
  });

  it('uses every named schema, header and security scheme, and refers to nothing else', () => {
    const text = JSON.stringify(document);
    const used = new Set([...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, reference]) => reference));
    const { schemas, headers } = document.components;
    const defined = Object.entries({ schemas, headers }).flatMap(([kind, all]) => Object.keys(all).map((name) => `${kind}/${name}`));
    expect([...used].sort()).toEqual(defined.sort());
    const schemes = new Set(operations.flatMap(([, { security = [] }]) => security.flatMap((one) => Object.keys(one))));
    expect([...schemes].sort()).toEqual(Object.keys(document.components.securitySchemes).sort());
    const scopes = Object.keys(document.components.securitySchemes.clientCredentials.flows.clientCredentials.scopes);
    for (const [, { security = [] }] of operations) for (const scope of security.flatMap((one) => Object.values(one).flat())) expect(scopes).toContain(scope);
  });

  it('describes every answer, and has an example for each body, which its schema accepts', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, 'document');
    for (const [name, { requestBody, responses }] of operations) {
      const bodies = [requestBody, ...Object.values(responses)].flatMap((one) => Object.entries(one?.content ?? {}));
      for (const [status, { description }] of Object.entries(responses)) expect([name, status, description]).toEqual([name, status, expect.stringMatching(/\w/)]);
      for (const [type, { schema, example, examples = { example: { value: example } } }] of bodies) {
        const validate = ajv.compile({ $ref: `document${schema.$ref}` });
        const values = Object.values(examples).map(({ value }) => value);
        expect([name, type, values.length > 0]).toEqual([name, type, true]);
        for (const value of values) expect([name, value, validate(value) ? null : validate.errors]).toEqual([name, value, null]);
      }
    }
  });

  it('lists the refusals of extensions on the route of updates', () => {
    const { description } = openApiDocument({ maxIncrement: 1, refusals: [{ code: 'daily-cap', kind: 'limited', title: 'Cap | reached' }] }).paths['/api/scores/update'].post;
    expect(description).toContain('| `daily-cap` | limited | 429 | Cap \\| reached |');
  });

  it('shows refusals as the server answers them', () => {
    const { responses } = document.paths['/api/scores/update'].post as unknown as Operation;
    expect(responses['422']!.content!['application/problem+json']!.examples!['key-reused']!.value).toMatchObject({
      type: 'urn:scoreboard:problem:key-reused',
      title: REFUSALS['key-reused'].title,
      status: 422,
    });
  });
});

interface Body {
  readonly schema: { readonly $ref: string };
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Described {
  readonly description?: string;
  readonly content?: Readonly<Record<string, Body>>;
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: Described;
  readonly responses: Readonly<Record<string, Described>>;
}
