import { randomUUID } from 'node:crypto';
import { type RoleProcess, startRole, type Servers, temporaryFolder } from '@scoreboard/harness';
import { Client } from 'pg';
import { describeWith, eventually, freshDatabase, logLines, shareServers, unmapped } from '../support';
import { JWT_SECRET, newUser, post, type System, watch } from './system';

/** A log line about one step of an update. */
interface Step {
  readonly 'message': string;
  readonly 'trace.id'?: string | readonly string[];
  readonly 'scoreboard.command_id'?: string;
  readonly 'scoreboard.revision'?: number;
}

const stepsOf = ({ output }: RoleProcess): Step[] => logLines(output()).filter((line) => line['log.logger'] === 'Path') as unknown as Step[];
const names = (step: Step, id: string) => [step['trace.id']].flat().includes(id);

/** Traces of one request: the log lines of each role, and the event. */
function pathSuite(place: () => { readonly api: RoleProcess; readonly worker: RoleProcess; readonly gateway: RoleProcess; readonly database: string }): void {
  it.each([
    ['traceparent', (id: string) => `00-${id}-00f067aa0ba902b7-01`],
    ['x-request-id', (id: string) => id.toUpperCase()],
  ])('logs the id from the %s of a request at every step, from the answer to the push', async (header, headerOf) => {
    const { api, worker, gateway, database } = place();
    const system: System = { apis: [api.url], gateways: [gateway.url], stop: async () => undefined };
    const id = randomUUID().replaceAll('-', '');
    const watcher = watch(gateway.url);
    const userId = newUser();

    const { status, headers, body } = await post(system, { userId, scoreIncrement: 900 }, { [header]: headerOf(id) });
    expect([status, headers.get('x-request-id')]).toEqual([201, id]);
    await eventually(() => expect(watcher.boards().at(-1)?.entries).toContainEqual(expect.objectContaining({ userId })));
    watcher.socket.disconnect();

    const stepAt = (role: RoleProcess, message: string) => stepsOf(role).find((step) => step.message === message && names(step, id));
    await eventually(() => {
      const [accepted, applied, pushed] = [stepAt(api, 'accepted'), stepAt(worker, 'applied'), stepAt(gateway, 'pushed')];
      expect(accepted?.['scoreboard.command_id']).toBe(body.commandId);
      expect(applied).toBeDefined();
      expect(pushed?.['scoreboard.revision']).toBeGreaterThanOrEqual(applied!['scoreboard.revision']!);
    });
    expect(await requestOf(database, body.commandId)).toBe(id);
  });

  it('creates an id for a request without one', async () => {
    const { api, gateway } = place();
    const { headers, body } = await post({ apis: [api.url], gateways: [gateway.url], stop: async () => undefined }, { userId: newUser(), scoreIncrement: 1 });
    expect(headers.get('x-request-id')).toMatch(/^(?!0{32})[\da-f]{32}$/);
    await eventually(() => {
      const step = stepsOf(api).find((line) => line['scoreboard.command_id'] === body.commandId);
      expect(step?.['trace.id']).toBe(headers.get('x-request-id'));
    });
  });

  it('logs only fields that are in the mapping of the index template, with their type', async () => {
    const { api, worker, gateway } = place();
    await post({ apis: [api.url], gateways: [gateway.url], stop: async () => undefined }, { userId: newUser(), scoreIncrement: 950 });
    const lines = () => [api, worker, gateway].flatMap(({ output }) => logLines(output()));
    await eventually(() => expect(lines().map((line) => line['message'])).toEqual(expect.arrayContaining(['accepted', 'applied', 'pushed'])));
    expect([...new Set(lines().flatMap((line) => unmapped(line)))]).toEqual([]);
  });
}

async function requestOf(url: string, commandId: string): Promise<string | undefined> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ trace_id: string }>('SELECT trace_id FROM score_event WHERE command_id = $1', [commandId]);
  await client.end();
  return rows[0]?.trace_id.replaceAll('-', '');
}

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'the path of a request through the distributed system', () => {
  let servers: Servers;
  let roles: RoleProcess[] = [];

  beforeAll(async () => {
    servers = await shareServers('path');
    const { postgres, redis, rabbitmq } = servers.urls;
    const settings = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq, JWT_SECRET, LOG_LEVEL: 'debug' };
    roles = await Promise.all((['api', 'worker', 'gateway'] as const).map((role) => startRole(role, settings)));
  });
  afterAll(async () => {
    await Promise.all(roles.map((role) => role.kill()));
    await servers?.stop();
  });

  pathSuite(() => ({ api: roles[0]!, worker: roles[1]!, gateway: roles[2]!, database: servers.urls.postgres! }));
});

describeWith('TEST_DATABASE_URL', 'the path of a request through the standalone', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let role: RoleProcess;

  beforeAll(async () => {
    database = await freshDatabase();
    role = await startRole('standalone', { DATA_DIR: temporaryFolder('data'), DATABASE_URL: database.url, JWT_SECRET, LOG_LEVEL: 'debug' });
  });
  afterAll(async () => {
    await role?.kill();
    await database.drop();
  });

  pathSuite(() => ({ api: role, worker: role, gateway: role, database: database.url }));
});
