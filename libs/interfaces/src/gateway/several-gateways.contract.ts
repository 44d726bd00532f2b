import type { Board } from '@scoreboard/domain';
import { MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { type Connect, type ConnectOptions, startGateway, startSource, type TestClient, type TestGateway, type TestSource, until } from './test-gateway.contract';

/** What subscribers can rely on if several gateways serve one leaderboard, over either transport. */
export function severalGatewaysContract(connect: Connect): void {
  const gateways: TestGateway[] = [];
  const clients: TestClient[] = [];
  let source: TestSource;
  beforeEach(async () => {
    source = await startSource();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const gateway of gateways.splice(0)) await gateway.stop();
  });

  const start = async (options: Parameters<typeof startGateway>[0] = {}) => {
    const gateway = await startGateway({ source, ...options });
    gateways.push(gateway);
    return gateway;
  };
  const join = async (gateway: TestGateway, options?: ConnectOptions) => {
    const client = await connect(gateway.url, options);
    clients.push(client);
    return client;
  };
  const revisions = (client: TestClient) => client.received.filter(({ event }) => event === 'scores:top').map(({ data }) => data.revision as number);

  /** A gateway that gets no notifications and reads a frozen copy until `goOn` is called. */
  async function startLagging(): Promise<{ readonly gateway: TestGateway; goOn(): void }> {
    let stale: Board | undefined = await source.leaderboard.board();
    const lagging: MemoryLeaderboard = Object.create(source.leaderboard, { board: { value: async () => stale ?? source.leaderboard.board() } });
    const gateway = await start({ source: { ...source, leaderboard: lagging, feed: (await startSource()).feed } });
    return { gateway, goOn: () => (stale = undefined) };
  }

  it('sends no older board to a client that moves to a lagging gateway, and the newest board once it is there', async () => {
    await source.put({ ann: 1 });
    const [ahead, behind] = [await start(), await startLagging()];
    for (const score of [2, 3, 4]) await source.put({ ann: score });
    const before = await join(ahead);
    await until(() => revisions(before).includes(1_004));
    before.close();

    const moved = await join(behind.gateway, { revision: 1_004 });
    const newcomer = await join(behind.gateway);
    await until(() => revisions(newcomer).length);
    expect(revisions(newcomer)).toEqual([1_001]);
    behind.goOn();
    await until(() => revisions(moved).length && revisions(newcomer).length === 2);
    expect(revisions(moved)).toEqual([1_004]);
    expect(revisions(newcomer)).toEqual([1_001, 1_004]);
  });

  it("reads and sends a user's score only on the gateway to which the user is connected", async () => {
    await source.put(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`best${i}`, 1_000 + i])));
    const asked: (readonly string[])[] = [];
    const watched: MemoryLeaderboard = Object.create(source.leaderboard, {
      places: { value: (userIds: readonly string[]) => (asked.push(userIds), source.leaderboard.places(userIds)) },
    });
    const [holding, other] = [await start(), await start({ source: { ...source, leaderboard: watched } })];
    const [ann, bob] = [await join(holding, { token: 'token-of-ann' }), await join(other, { token: 'token-of-bob' })];
    const scores = (client: TestClient) => client.received.filter(({ event }) => event === 'scores:me').map(({ data }) => data.score as number);
    await until(() => scores(ann).length === 1 && scores(bob).length === 1);
    const [pushes] = [other.subscriptions.buffer.pushes, asked.splice(0)];

    for (let score = 1; score <= 20; score++) await source.put({ ann: score, stranger: score });
    await until(() => scores(ann).at(-1) === 20);
    expect(other.subscriptions.buffer.pushes).toBe(pushes);
    expect(asked.flat().filter((userId) => userId !== 'bob')).toEqual([]);
    await source.put({ bob: 7 });
    await until(() => scores(bob).at(-1) === 7);
    expect(asked.flat().every((userId) => userId === 'bob')).toBe(true);
  });
}
