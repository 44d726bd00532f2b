import { once } from 'node:events';
import { type ClientRequest, createServer, request as forward, type RequestListener } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { freePort } from '@scoreboard/harness';
import { Server as IoServer } from 'socket.io';
import { eventually } from '../../../test/support';
import { newUser, tokenOf, useScoreboard } from '../../../test/support/use-scoreboard';
import { ConnectionError, type Me, type Scoreboard, SubmitError } from './index.ts';

describe('the client library, with an address that', () => {
  const site = useScoreboard();

  const listen = async (server: Server): Promise<string> => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    site.after(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const answering = (answer: RequestListener): Promise<string> => listen(createServer(answer));
  const errorsOf = (board: Scoreboard): ConnectionError[] => {
    const errors: ConnectionError[] = [];
    board.on('top', () => undefined);
    board.on('error', (error) => errors.push(error as ConnectionError));
    return errors;
  };

  describe('is valid,', () => {
    /** Serves the standalone only under `/games/scores`, like a proxy that strips the path. */
    const underPath = async (): Promise<string> => {
      const { hostname, port } = new URL(site.url);
      const inside = (path = '') => (path.startsWith('/games/scores/') ? path.slice('/games/scores'.length) : undefined);
      const server = createServer((request, response) => {
        const path = inside(request.url);
        if (path === undefined) return void response.writeHead(404).end();
        const onward: ClientRequest = forward({ hostname, port, path, method: request.method, headers: request.headers }, (answer) => answer.pipe(response.writeHead(answer.statusCode!, answer.headers)));
        request.pipe(onward);
      });
      server.on('upgrade', (request, socket) => {
        const path = inside(request.url);
        if (path === undefined) return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
        const onward = connect(Number(port), hostname);
        const lines = request.rawHeaders.reduce((text, value, i) => text + value + (i % 2 ? '\r\n' : ': '), '');
        onward.write(`${request.method} ${path} HTTP/1.1\r\n${lines}\r\n`);
        for (const end of [socket, onward]) end.on('error', () => undefined);
        socket.pipe(onward).pipe(socket);
        site.after(() => socket.destroy());
      });
      return `${await listen(server)}/games/scores`;
    };

    it.each(['', '/', '//'])('connects and submits under a path that ends in “%s”', async (end) => {
      const user = newUser();
      const board = site.as(user, (await underPath()) + end);
      let me: Me | undefined;
      board.on('me', (told) => (me = told));
      await board.submit(5);
      await eventually(() => expect(me).toMatchObject({ userId: user, score: 5 }));
      expect(board.state).toBe('live');
    });

    it.each(['/', '/ws/scores'])('connects and submits with “%s” at the end of both addresses', async (end) => {
      const user = newUser();
      const board = site.open({ gatewayUrl: site.url.replace('http', 'ws') + end, token: () => tokenOf(user) }, `${site.url}/`);
      board.on('top', () => undefined);
      await board.submit(5);
      await eventually(() => expect(board.state).toBe('live'));
    });
  });

  describe('is wrong, reports on each attempt what was tried, what came back and what to do:', () => {
    it.each<[where: string, address: () => string | Promise<string>, message: RegExp, status: number | undefined]>([
      ['no scheme', () => 'scores.example.com', /^“scores\.example\.com” does not begin with https/, undefined],
      ['a port without a listener', async () => `http://127.0.0.1:${await freePort()}`, /\/socket\.io\/ did not answer \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)\. Check address and port/, undefined],
      ['a host that does not exist', () => 'http://scores.invalid', /^http:\/\/scores\.invalid\/socket\.io\/ did not answer \(getaddrinfo (ENOTFOUND|EAI_AGAIN) scores\.invalid\)/, undefined],
      ['https to a server without TLS', () => site.url.replace('http', 'https'), /\/socket\.io\/ did not answer \(.*\)\. Check address and port, the server, its certificate/, undefined],
      ['a web server without Socket.IO', () => answering((_, response) => response.writeHead(404).end()), /answered 404\. There is no scoreboard at this path\. Give the address under which \/socket\.io and \/api are found\.$/, 404],
      ['a wrong path', () => `${site.url}/scores`, /\/scores\/socket\.io\/ answered 404\. There is no scoreboard at this path/, 404],
      ['an application that answers everything with its page', () => answering((_, response) => response.end('<!doctype html>')), /answered something that is not Socket\.IO/, undefined],
      ['a proxy whose server is down', () => answering((_, response) => response.writeHead(502).end()), /answered 502\. See the log of the server or proxy there\.$/, 502],
      ['a gateway that accepts no clients', () => answering((_, response) => response.writeHead(503).end()), /answered 503\. It accepts no clients now\.$/, 503],
    ])('%s', async (_, address, message, status) => {
      const errors = errorsOf(site.open({}, await address()));
      await eventually(() => expect(errors.length).toBeGreaterThan(1));
      for (const error of errors) expect(error).toBeInstanceOf(ConnectionError);
      for (const error of errors) expect(error).toMatchObject({ message: expect.stringMatching(message), status });
    });

    it('a Socket.IO server without a scoreboard', async () => {
      const server = createServer();
      const io = new IoServer(server);
      const errors = errorsOf(site.open({}, await listen(server)));
      await eventually(() => expect(errors[1]?.message).toMatch(/is a Socket\.IO server without a scoreboard\. Check the address\.$/));
      await io.close();
    });

    it('a server that accepts connections but never answers', async () => {
      const errors = errorsOf(site.open({}, await listen(createTcpServer((socket) => site.after(() => socket.destroy())))));
      await eventually(() => expect(errors[0]?.message).toMatch(/accepted the connection but did not answer in time/));
    });
  });

  it('is malformed, refuses an update at once and says why', async () => {
    const failure = await site.as('ann', 'scores.example.com').submit(1).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SubmitError);
    expect(failure).toMatchObject({ outcome: 'refused', message: expect.stringContaining('“scores.example.com” does not begin with https') });
  });

  it('belongs to another web server, refuses an update at once and reports the answer', async () => {
    const url = await answering((_, response) => response.writeHead(404).end('<!doctype html>'));
    await expect(site.as('ann', url).submit(1)).rejects.toMatchObject({ status: 404, outcome: 'refused', message: `The server refused the update: ${url}/api/scores/update answered 404` });
  });

  it('has no listener, reports what was tried once it gives up', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(site.as('ann', url).submit(1, { giveUpAfterMs: 1 })).rejects.toThrow(`The server did not accept the update in time: ${url}/api/scores/update did not answer (connect ECONNREFUSED`);
  });
});
