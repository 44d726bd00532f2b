import { fastify } from 'fastify';
import { register } from 'prom-client';
import { measureHttp } from './http-metrics';

describe('measureHttp', () => {
  afterEach(() => register.clear());

  it('counts requests by route pattern, and refusals by code', async () => {
    const server = fastify();
    measureHttp(server);
    server.get('/users/:userId', async (_request, reply) => reply.code(404).send(JSON.stringify({ type: 'urn:scoreboard:problem:unknown-user', status: 404 })));
    for (const user of ['ann', 'bob']) await server.inject(`/users/${user}`);
    await server.inject('/nowhere');
    await server.close();

    const lines = (await register.metrics()).split('\n').filter((line) => /^(http_request_duration_seconds_count|scoreboard_refusals_total)/.test(line));
    expect(lines).toEqual([
      'http_request_duration_seconds_count{route="/users/:userId",method="GET",status="404"} 2',
      'http_request_duration_seconds_count{route="none",method="GET",status="404"} 1',
      'scoreboard_refusals_total{code="unknown-user"} 2',
    ]);
  });
});
