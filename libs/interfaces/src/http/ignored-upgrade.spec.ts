import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Body, Controller, Get, Module, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventually } from '../../../../test/support';
import { createApp } from './create-app';

@Controller()
class EchoController {
  @Get('slow')
  async slow(@Query('n') n: string) {
    await delay(50);
    return { n };
  }

  @Post('echo')
  echo(@Body() body: object) {
    return body;
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const UPGRADE = 'Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';
const get = (n: number, headers = UPGRADE): string => `GET /slow?n=${n} HTTP/1.1\r\n${headers}\r\n`;
const post = (headers: string, body: string): string => `POST /echo HTTP/1.1\r\n${UPGRADE}Content-Type: application/json\r\n${headers}\r\n\r\n${body}`;

describe('an ignored upgrade request', () => {
  let app: NestFastifyApplication;
  const served: Socket[] = [];

  beforeAll(async () => {
    app = await createApp(EchoModule, { logger: false, trustProxy: 0, corsOrigins: [] });
    app.getHttpServer().on('connection', (socket: Socket) => served.push(socket));
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  /** Sends the parts one after the other, 20 ms apart, and returns the bodies of the answers. */
  async function bodies(count: number, ...parts: string[]): Promise<string[]> {
    const socket = connect((app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await once(socket, 'connect');
    for (const part of parts) {
      socket.write(part);
      await delay(20);
    }
    const found = () => [...text.matchAll(/\r\n\r\n(\{.*?\})(?=HTTP|$)/g)].map(([, body]) => body!);
    await eventually(() => expect(found()).toHaveLength(count));
    const told = found();
    setImmediate(() => socket.destroy());
    return told;
  }

  it('keeps the answers in the order of the requests, including pipelined ones', async () => {
    const plain = 'Host: x\r\n';
    expect(await bodies(4, get(1, plain) + get(2) + get(3, plain) + get(4))).toEqual(['{"n":"1"}', '{"n":"2"}', '{"n":"3"}', '{"n":"4"}']);
  });

  it('keeps the body complete, whether it arrives with the headers or later, with a length or chunked', async () => {
    expect(await bodies(1, post('Content-Length: 7', '{"a":1}'))).toEqual(['{"a":1}']);
    expect(await bodies(1, post('Content-Length: 7', '{"b'), '":2}')).toEqual(['{"b":2}']);
    expect(await bodies(1, post('Transfer-Encoding: chunked', '3\r\n{"c\r\n'), '4\r\n":3}\r\n', '0\r\n\r\n')).toEqual(['{"c":3}']);
  });

  it('leaves no listeners behind on the connection, after any number of requests', async () => {
    const all = Array.from({ length: 40 }, (_, n) => n);
    expect(await bodies(40, all.map((n) => get(n)).join(''))).toEqual(all.map((n) => `{"n":"${n}"}`));
    const socket = served.at(-1)!;
    for (const event of ['data', 'end', 'close', 'error', 'timeout', 'drain']) expect([event, socket.listenerCount(event) < 5]).toEqual([event, true]);
  });
});
