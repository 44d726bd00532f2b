import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readSettings } from '@scoreboard/infrastructure/config';
import type { FastifyInstance } from 'fastify';
import { register } from 'prom-client';
import { StandaloneModule } from '../../../../apps/standalone/src/standalone.module';
import { createApp } from '../http';
import { asyncApiDocument } from './asyncapi';
import { openApiDocument } from './openapi';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

describe('the OpenAPI document', () => {
  let folder: string;
  let app: NestFastifyApplication;
  const routes = new Set<string>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openapi-'));
    register.clear();
    const settings = readSettings('standalone', { DATA_DIR: folder, JWT_SECRET: 's'.repeat(32) });
    app = await createApp(StandaloneModule.forRoot(settings), { logger: false, trustProxy: 0, corsOrigins: [] });
    const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) if (/^\/(api|\.well-known)\//.test(url) && one !== 'HEAD') routes.add(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`);
    });
    await app.init();
    await fastify.ready();
  }, 60_000);
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
    const { post } = answer.json<ReturnType<typeof openApiDocument>>().paths['/api/scores/update'];
    expect(post.requestBody.content['application/json'].schema).toMatchObject({
      additionalProperties: false,
      properties: { scoreIncrement: { minimum: 1, maximum: 1_000 } },
    });
  });

  it('is served next to the AsyncAPI document of the live board', async () => {
    const answer = await app.inject({ method: 'GET', url: '/docs/asyncapi.json' });
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json()).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())));
  });

  it('describes every error as a problem, and has no broken reference', () => {
    const text = JSON.stringify(openApiDocument({ maxIncrement: 1 }));
    expect([...new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference))]).toEqual(['#/components/headers/RequestId', '#/components/schemas/Problem']);
    expect(text).not.toContain('"description":null');
    for (const [, status] of text.matchAll(/"(4\d\d|5\d\d)":\{(?!"description")/g)) throw new Error(`${status} has no description`);
  });
});
