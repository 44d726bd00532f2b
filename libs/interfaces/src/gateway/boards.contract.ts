import { breach } from '../docs/described.contract';
import { type Connect, type ConnectOptions, startGateway, startSource, type TestClient, type TestGateway, type TestSource, until } from './test-gateway.contract';

const DAY = { id: 'day', reset: 'daily', timezone: 'UTC', keep: 12 } as const;
const BOUNDARY = Date.parse('2026-11-29T00:00:00Z');
const periods = [
  { board: 'day', key: 3, id: '2026-11-29', start: BOUNDARY, end: BOUNDARY + 86_400_000 },
  { board: 'day', key: 2, id: '2026-11-28', start: BOUNDARY - 86_400_000, end: BOUNDARY },
];

/** What subscribers to other boards than `global` can rely on, over either transport. */
export function boardsContract(connect: Connect): void {
  let source: TestSource;
  let gateway: TestGateway;
  let now: number;
  let seq: number;
  const clients: TestClient[] = [];

  const join = async (options?: ConnectOptions) => {
    const client = await connect(gateway.url, options);
    clients.push(client);
    return client;
  };
  const last = (client: TestClient, event: string) => client.received.filter((message) => message.event === event).at(-1)?.data;
  /** Stores standings of a period like a worker, and publishes the changes. */
  const put = async (key: number, scores: Record<string, number>) => {
    const from = seq;
    const standings = Object.entries(scores).map(([userId, score]) => ({ userId, score, reachedAt: ++seq, version: seq, hidden: false }));
    const board = await source.leaderboards.of(key).put(standings, { from, to: seq });
    await source.leaderboards.feedOf(key).publish({ board, userIds: Object.keys(scores) });
  };

  beforeEach(async () => {
    [now, seq] = [BOUNDARY - 1, 1_000];
    source = await startSource();
    for (const { key } of periods) await (await source.leaderboards.of(key).beginRebuild('ledger'))!.finish(seq);
    await source.published.publish({ boards: [{ definition: DAY, periods }], expired: [] });
    gateway = await startGateway({ source, now: () => now });
  });
  afterEach(async () => {
    const received = clients.flatMap((client) => client.received);
    for (const client of clients.splice(0)) client.close();
    await gateway.stop();
    expect(received.flatMap(({ event, data }) => breach(event, data) ?? [])).toEqual([]);
    expect(gateway.faults).toEqual([]);
  });

  it('get the state of the current period at once, with the board and the period in the data, and each change of it', async () => {
    await put(2, { ann: 5, bob: 7 });
    const client = await join({ token: 'token-of-ann' });
    const channels = ['scores:top@day', 'scores:me@day', 'top:1@day', 'around:me@day'];
    expect(await client.ask('subscribe', channels)).toEqual(channels.map((channel) => ({ ok: true, channel })));
    await until(() => channels.every((channel) => last(client, channel)));
    const [bob, ann] = [{ rank: 1, userId: 'bob', score: 7 }, { rank: 2, userId: 'ann', score: 5 }];
    const label = { board: 'day', period: '2026-11-28' };
    const revision = expect.any(Number) as number;
    expect(channels.map((channel) => last(client, channel))).toEqual([
      { ...label, revision, entries: [bob, ann] },
      { ...label, userId: 'ann', score: 5, rank: 2 },
      { ...label, revision, entries: [bob] },
      { ...label, entries: [bob, ann] },
    ]);
    await put(2, { ann: 9 });
    await until(() => channels.every((channel) => JSON.stringify(last(client, channel)).includes('"score":9')));
    expect(last(client, 'scores:top').entries).toEqual([]); // the board global
  });

  it('get the board of the next period when it begins, and its changes from then on', async () => {
    const client = await join({ token: 'token-of-ann' });
    await client.ask('subscribe', ['scores:top@day', 'scores:me@day']);
    await put(2, { ann: 5 });
    await until(() => last(client, 'scores:top@day')?.entries[0]?.score === 5);
    now = BOUNDARY;
    await until(() => last(client, 'scores:top@day').period === '2026-11-29' && last(client, 'scores:me@day').period === '2026-11-29');
    expect([last(client, 'scores:top@day').entries, last(client, 'scores:me@day')]).toEqual([[], { board: 'day', period: '2026-11-29', userId: 'ann', score: 0, rank: null }]);
    await put(2, { ann: 6 }); // accepted before, applied late
    await put(3, { ann: 1 });
    await until(() => last(client, 'scores:top@day').entries[0]?.score === 1);
    expect(last(client, 'scores:top@day').period).toBe('2026-11-29');
  });

  it('follow a clock that jumps, ahead and back', async () => {
    await put(2, { ann: 5 });
    const client = await join();
    await client.ask('subscribe', 'scores:top@day');
    for (const [moment, period, scores] of [[BOUNDARY - 1, '2026-11-28', [5]], [BOUNDARY + 3_600_000, '2026-11-29', []], [BOUNDARY - 3_600_000, '2026-11-28', [5]]] as const) {
      now = moment;
      await until(() => last(client, 'scores:top@day')?.period === period);
      expect(last(client, 'scores:top@day').entries.map(({ score }: { score: number }) => score)).toEqual(scores);
    }
  });

  it('get nothing more after unsubscribing', async () => {
    const [client, other] = [await join(), await join()];
    for (const each of [client, other]) await each.ask('subscribe', 'scores:top@day');
    await until(() => last(client, 'scores:top@day'));
    await client.ask('unsubscribe', 'scores:top@day');
    await put(2, { ann: 5 });
    await until(() => last(other, 'scores:top@day').entries.length);
    expect(last(client, 'scores:top@day').entries).toEqual([]);
  });

  it.each(['scores:top@nope', 'scores:top@', 'scores:top@day@day', 'scores:top@Day', '@day', 'top:0@day', 'top:101@day', 'scores@day'])('cannot subscribe to %s', async (channel) => {
    expect(await (await join()).ask('subscribe', channel)).toEqual({ ok: false, code: 'unknown-channel' });
  });

  it('need a token for what is personal', async () => {
    expect(await (await join()).ask('subscribe', 'scores:me@day')).toEqual({ ok: false, code: 'unauthenticated' });
  });
}
