import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Diagnoses } from './diagnosis.ts';

describe('Diagnoses', () => {
  const failure = Object.assign(new Error('xhr poll error'), { description: 0 });

  it('explains that an https page cannot use an http server', async () => {
    Object.assign(globalThis, { location: { origin: 'https://shop.example', protocol: 'https:' } });
    try {
      const { message } = await new Diagnoses().of(failure, { origin: 'http://scores.example', path: '' });
      expect(message).toBe('http://scores.example/socket.io/ cannot be reached from this page: browsers allow https:// pages to use https:// addresses only.');
    } finally {
      Reflect.deleteProperty(globalThis, 'location');
    }
  });

  it('diagnoses the same failure once, and again after a success or a different failure', async () => {
    const looks: string[] = [];
    const server = createServer(({ url }, response) => response.end(String(looks.push(url!)))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const diagnoses = new Diagnoses();
    const address = { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, path: '/scores' };
    for (let i = 0; i < 3; i++) await diagnoses.of(failure, address);
    expect(looks).toEqual(['/scores/health/live']);
    await diagnoses.of(Object.assign(new Error('xhr poll error'), { description: 502 }), address);
    await diagnoses.of(failure, address);
    diagnoses.forget();
    const { message } = await diagnoses.of(failure, address);
    expect(looks).toHaveLength(3);
    expect(message).toBe(`${address.origin} answers, but ${address.origin}/scores/socket.io/ does not. Check the path, and whether a proxy in front of it passes Socket.IO.`);
    server.close().closeAllConnections();
  });
});
