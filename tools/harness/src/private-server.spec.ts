import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { Client } from 'pg';
import { findTool } from './binary';
import { startPostgres } from './postgres-server';
import { freePort } from './ports';
import { PrivateServer, startServer } from './private-server';

// Everything that servers have in common is tried on the one that has most of it: data, and many processes.
(findTool('postgres') ? describe : describe.skip)('A private PostgreSQL', () => {
  let server: PrivateServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.kill());

  it('starts again on the same address with what was committed, after a kill and after an orderly end', async () => {
    await query(server, 'CREATE TABLE kept AS SELECT 1 AS one');
    const { url, pid } = server;
    await server.kill();
    await server.kill();
    expect(server.pid).toBe(0);
    await server.start();
    expect(server.pid).not.toBe(pid);
    await server.start();
    await server.stop();
    await server.stop();
    await server.start();

    expect(server.url).toBe(url);
    expect(await query(server, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('is killed with all its processes, those that are in the middle of a statement too', async () => {
    const client = new Client({ connectionString: server.url });
    client.on('error', () => undefined); // The cut is what the rejected query tells.
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const cut = expect(client.query('SELECT pg_sleep(60)')).rejects.toThrow(/terminated|ECONNRESET/);
    await server.kill();

    expect(existsSync(`/proc/${rows[0]!.pid}/exe`)).toBe(false);
    await cut;
    await server.start();
  });
});

describe('startServer', () => {
  const listenOn = `require('node:net').createServer().listen(process.argv[1], '127.0.0.1', () => console.log('listens'))`;
  const serverOn = (port: number): PrivateServer => {
    const server: PrivateServer = new PrivateServer({
      ...{ name: 'node', url: `tcp://127.0.0.1:${port}`, command: process.execPath, args: ['-e', listenOn, `${port}`] },
      isUp: async () => server.log().includes('listens'),
    });
    return server;
  };

  it('takes another port where somebody else listens on the first', async () => {
    const taken = await freePort();
    const other = createServer().listen(taken, '127.0.0.1');
    await once(other, 'listening');
    const ports = [taken];
    const server = await startServer((port) => serverOn(ports.pop() ?? port));
    expect(server.url).not.toBe(`tcp://127.0.0.1:${taken}`);
    await server.kill();
    other.close();
  });

  it('does not start a server again that fails for another reason', async () => {
    const starts = jest.fn(() => new PrivateServer({ name: 'false', url: '', command: 'false', args: [], isUp: async () => false }));
    await expect(startServer(starts)).rejects.toThrow('false ended with code 1');
    expect(starts).toHaveBeenCalledTimes(1);
  });
});

async function query(server: PrivateServer, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
