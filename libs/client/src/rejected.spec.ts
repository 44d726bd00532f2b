import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Scoreboard } from './index.ts';

describe('a rejected update', () => {
  let server: Server;
  let requests = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (++requests === 1) return request.socket.destroy();
      const problem = { type: 'urn:scoreboard:problem:rejected', title: 'The update can never be applied', status: 422, reason: 'total-limit' };
      response.writeHead(422, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  it('has the outcome refused even after an unanswered attempt, and is not sent again', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const failure = new Scoreboard(url, { token: () => ({ userId: 'ann', token: 'x.y.z' }) }).submit(1, { waitSeconds: 5 });
    await expect(failure).rejects.toMatchObject({ name: 'SubmitError', status: 422, outcome: 'refused', problem: { reason: 'total-limit' } });
    expect(requests).toBe(2);
  });
});
