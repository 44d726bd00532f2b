import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { projectRoot, type RoleProcess, type Servers, startRole } from '@scoreboard/harness';
import { describeWith, eventually, shareServers, startStandalone } from '../support';
import { apply, get, JWT_SECRET, newUser, type System, token, watch } from './system';

const EXAMPLE = join(projectRoot(), 'examples/display-names/display-names.js');

/** The service that the example asks: every user has a name until it breaks or hangs. */
class Players {
  mode: 'well' | 'broken' | 'hanging' = 'well';
  readonly asked: string[][] = [];
  private readonly server: Server = createServer(({ url = '' }, response) => {
    const ids = new URL(url, 'http://players').searchParams.get('ids')!.split(',');
    this.asked.push(ids);
    if (this.mode === 'hanging') return;
    if (this.mode === 'broken') return void response.writeHead(500).end();
    response.end(JSON.stringify(ids.map((id) => ({ id, nickname: `The ${id}`, picture: `https://a.example/${id}.png` }))));
  });

  async start(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/players`;
  }

  stop(): void {
    this.server.close().closeAllConnections();
  }
}

describe('the standalone with the example of names in docs/extending.md', () => {
  const players = new Players();
  let role: RoleProcess;
  let system: System;
  beforeAll(async () => {
    role = await startStandalone({ JWT_SECRET, LOG_LEVEL: 'warn', SCOREBOARD_EXTENSIONS: EXAMPLE, PLAYERS_URL: await players.start() });
    system = { apis: [role.url], gateways: [role.url], stop: async () => undefined };
  });
  afterAll(async () => {
    await role?.kill();
    players.stop();
  });

  const shown = (userId: string) => expect.objectContaining({ userId, name: `The ${userId}`, avatarUrl: `https://a.example/${userId}.png` });

  it('shows names over REST, on sockets and on the page, without a player doing anything', async () => {
    const userId = newUser('named');
    const client = watch(role.url, { token: token(userId) });
    try {
      for (let i = 0; i < 9; i++) await apply(system, userId, 1_000);
      await eventually(() => expect(client.boards().at(-1)?.entries).toContainEqual(shown(userId)));
      await eventually(() => expect(client.received.filter(({ event }) => event === 'scores:me').at(-1)?.data).toEqual(shown(userId)));
      expect((await get(system, '/api/scores/top')).body).toContainEqual(shown(userId));
      expect((await get(system, `/api/users/${userId}/profile`)).body).toEqual(shown(userId));
      expect((await get(system, '/')).body).toContain(`The ${userId}</a></bdi>`);
    } finally {
      client.socket.disconnect();
    }
  });

  it('shows what a player saved instead', async () => {
    const userId = newUser();
    const headers = { 'content-type': 'application/json', 'authorization': `Bearer ${token(userId)}` };
    await apply(system, userId, 1);
    expect((await fetch(`${role.url}/api/users/${userId}/profile`, { method: 'PUT', headers, body: '{"name":"Own"}' })).status).toBe(204);
    await eventually(async () => expect((await get(system, `/api/scores/users/${userId}`)).body).toEqual(expect.objectContaining({ name: 'Own' })));
    expect((await get(system, `/api/scores/users/${userId}`)).body.avatarUrl).toBeUndefined();
  });

  it('accepts and shows updates without names while the service is broken or hangs, counts the errors, and shows names again afterwards', async () => {
    const userIds = [newUser(), newUser()];
    for (const mode of ['broken', 'hanging'] as const) {
      players.mode = mode;
      const userId = userIds.pop()!;
      const asked = players.asked.length;
      expect((await apply(system, userId, 1_000)).body).toMatchObject({ userId, status: 'applied' });
      await eventually(() => expect(players.asked.slice(asked).flat()).toContain(userId));
      expect((await get(system, `/api/scores/users/${userId}`)).body).not.toHaveProperty('name');
      userIds.unshift(userId);
    }
    await eventually(async () => expect(await fetch(`${role.url}/metrics`).then((answer) => answer.text())).toMatch(/scoreboard_faults_total\{what="the profile resolver DisplayNames failed"\} [1-9]/));
    players.mode = 'well';
    for (const userId of userIds) await eventually(async () => expect((await get(system, `/api/scores/users/${userId}`)).body).toEqual(shown(userId)));
  });
});

describeWith(['TEST_DATABASE_URL', 'TEST_RABBITMQ_URL'], 'api and gateway with the example', () => {
  const players = new Players();
  let roles: RoleProcess[] = [];
  let servers: Servers | undefined;
  afterAll(async () => {
    await Promise.all(roles.map((role) => role.kill()));
    await servers?.stop();
    players.stop();
  });

  it('show names on boards of the gateway, which asks nobody itself', async () => {
    servers = await shareServers('display-names');
    const { postgres: DATABASE_URL, redis: REDIS_URL, rabbitmq: RABBITMQ_URL } = servers.urls;
    const settings = { DATABASE_URL, REDIS_URL, RABBITMQ_URL, JWT_SECRET, LOG_LEVEL: 'warn', SCOREBOARD_EXTENSIONS: EXAMPLE, PLAYERS_URL: await players.start() };
    roles = await Promise.all((['api', 'worker', 'gateway'] as const).map((name) => startRole(name, settings)));
    const system: System = { apis: [roles[0]!.url], gateways: [roles[2]!.url], stop: async () => undefined };
    const userId = newUser('named');
    const client = watch(system.gateways[0]!, { token: token(userId) });
    try {
      await eventually(async () => expect((await apply(system, userId, 1_000)).status).toBe(201));
      await eventually(() => expect(client.boards().at(-1)?.entries).toContainEqual(expect.objectContaining({ userId, name: `The ${userId}` })));
    } finally {
      client.socket.disconnect();
    }
    expect(players.asked.filter((ids) => ids.includes(userId))).toHaveLength(1);
  });
});
