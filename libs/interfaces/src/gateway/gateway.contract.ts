import { MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { eventually, withClockStopped } from '../../../../test/support';
import { breach } from '../docs/described.contract';
import { BRIEF_MS, type Connect, type ConnectOptions, letWait, startGateway, startSource, type TestClient, type TestGateway, until } from './test-gateway.contract';

/** What subscribers can rely on, over either transport. */
export function gatewayContract(connect: Connect): void {
  let gateway: TestGateway;
  const clients: TestClient[] = [];
  const start = async (options?: Parameters<typeof startGateway>[0]) => (gateway = await startGateway(options));
  const join = async (options?: ConnectOptions) => {
    const client = await connect(gateway.url, options);
    clients.push(client);
    return client;
  };
  /** Retries: the server notices a closed connection with a delay. */
  const connectWhenFree = async (options: ConnectOptions): Promise<TestClient> => {
    for (const deadline = Date.now() + 60_000; ; ) {
      try {
        return await join(options);
      } catch (error) {
        if (![429, 503].includes((error as { status: number }).status) || Date.now() > deadline) throw error;
      }
    }
  };
  const of = (client: TestClient, event: string) => client.received.filter((message) => message.event === event);
  const last = (client: TestClient, event: string) => of(client, event).at(-1)?.data;
  afterEach(async () => {
    const received = clients.flatMap((client) => client.received);
    for (const client of clients.splice(0)) {
      client.resume();
      client.close();
    }
    await gateway.stop();
    expect(received.flatMap(({ event, data }) => breach(event, data) ?? [])).toEqual([]);
    expect(gateway.subscriptions.connected).toEqual({ 'socket.io': 0, 'websocket': 0 });
  });

  it('sends the complete board on connecting', async () => {
    await start();
    await gateway.put({ ann: 5, bob: 7 });
    await gateway.boardCache.refresh();
    const client = await join();
    await until(() => client.received.length);
    expect(client.received).toEqual([
      expect.objectContaining({
        event: 'scores:top',
        data: { revision: 1_002, entries: [{ rank: 1, userId: 'bob', score: 7 }, { rank: 2, userId: 'ann', score: 5 }] },
      }),
    ]);
  });

  it('pushes the first change at once, long before an interval ends', async () => {
    await start({ pushIntervalMs: 600_000 });
    const client = await join();
    await until(() => client.received.length);
    await gateway.put({ ann: 1 });
    await until(() => last(client, 'scores:top').entries[0]?.score === 1);
  });

  it('pushes the newest board once per interval, and always the last one', async () => {
    await start({ pushIntervalMs: 300 });
    const client = await join();
    await until(() => client.received.length);
    const begin = Date.now();
    for (let score = 1; score <= 40; score++) {
      await gateway.put({ ann: score });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await until(() => last(client, 'scores:top').entries[0]?.score === 40);

    const pushes = of(client, 'scores:top').slice(1);
    expect(pushes.length).toBeLessThanOrEqual(Math.ceil((pushes.at(-1)!.at - begin) / 300) + 1);
    const revisions = pushes.map((push) => push.data.revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
  });

  it('pushes nothing if the top ten did not change', async () => {
    await start();
    await gateway.put(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`best${i}`, 100 + i])));
    await gateway.boardCache.refresh();
    const client = await join({ token: 'token-of-ann' });
    await until(() => client.received.length === 2);
    await gateway.put({ ann: 3 });
    await until(() => last(client, 'scores:me').score === 3);
    await gateway.put({ ann: 4 });
    await until(() => last(client, 'scores:me').score === 4);
    expect(of(client, 'scores:top')).toHaveLength(1);
  });

  it('sends a user their own score and rank, on connecting and on each change', async () => {
    await start();
    const client = await join({ token: 'token-of-ann' });
    await until(() => last(client, 'scores:me'));
    expect(last(client, 'scores:me')).toEqual({ userId: 'ann', score: 0, rank: null });
    await gateway.put({ bob: 9, ann: 5 });
    await until(() => of(client, 'scores:me').length === 2);
    expect(last(client, 'scores:me')).toEqual({ userId: 'ann', score: 5, rank: 2 });
  });

  it('refuses an invalid token permanently, and a token that cannot be verified now temporarily', async () => {
    await start();
    for (const token of ['forged', '']) await expect(connect(gateway.url, { token })).rejects.toMatchObject({ status: 401, isForNow: false });
    for (const token of ['fault', 'unknown']) await expect(connect(gateway.url, { token })).rejects.toMatchObject({ isForNow: true });
  });

  it('accepts clients while the leaderboard is rebuilt, shows them its board, and sends personal states when it has finished', async () => {
    const source = await startSource({ isRebuilding: true });
    await start({ source });
    const client = await join({ token: 'token-of-ann' });
    await source.put({ bob: 7, ann: 5 });
    await until(() => last(client, 'scores:top')?.entries.length === 2);
    expect(of(client, 'scores:me')).toEqual([]);
    await source.finish();
    await until(() => of(client, 'scores:me').length);
    expect(last(client, 'scores:me')).toEqual({ userId: 'ann', score: 5, rank: 2 });
    expect(gateway.faults).toEqual([]);
  });

  it('lets a new client wait for a fresh board instead of refusing it', async () => {
    await start();
    const away = jest.spyOn(MemoryLeaderboard.prototype, 'board').mockRejectedValue(new Error('away'));
    await until(() => !gateway.boardCache.isFresh());
    const waiting = letWait(gateway);
    const joining = join();
    await until(() => waiting.mock.calls.length);
    away.mockRestore();
    const client = await joining;
    await until(() => client.received.length);
  });

  it('refuses new clients temporarily without a fresh board, and keeps the connected ones', async () => {
    await start();
    const client = await join();
    await until(() => client.received.length);
    gateway.admit(false);
    await expect(connect(gateway.url)).rejects.toMatchObject({ status: 503, isForNow: true });
    await gateway.put({ ann: 1 });
    await until(() => last(client, 'scores:top').entries.length === 1);
    gateway.admit(true);
    await join();
  });

  it('refuses clients of foreign origins; accepts its own origin, allowed ones, and clients without an origin', async () => {
    await start();
    for (const origin of ['https://evil.example', 'null', 'https://friend.example.evil.example', 'http://friend.example', 'https://a.b.friend.example', 'ionic://localhost']) {
      await expect(connect(gateway.url, { origin })).rejects.toMatchObject({ status: 403 });
    }
    await join({ origin: gateway.url });
    for (const origin of ['https://friend.example', 'https://a.friend.example', 'capacitor://localhost']) await join({ origin });
    await join({ origin: 'https://scores.example', host: 'scores.example:443' });
    await join();
    expect(gateway.subscriptions.connected).toMatchObject({ [gateway.subscriptions.connected.websocket ? 'websocket' : 'socket.io']: 6 });
  });

  it('sends no older board to a client that had a newer one, and checks at once for a newer board', async () => {
    await start();
    await gateway.put({ ann: 1 });
    await gateway.boardCache.refresh();
    const ahead = await join({ revision: 1_003 });
    const level = await join({ revision: 1_001 });
    await until(() => level.received.length);
    expect(last(level, 'scores:top').revision).toBe(1_001);
    await gateway.put({ ann: 2 });
    await until(() => last(level, 'scores:top').revision === 1_002);
    await gateway.put({ ann: 3 });
    await until(() => ahead.received.length);
    await until(() => last(level, 'scores:top').revision === 1_003);
    expect(ahead.received.map((message) => message.data.revision)).toEqual([1_003]);
  });

  it('answers a subscribe, sends the state at once and again on each change', async () => {
    await start();
    await gateway.put({ ann: 50, bob: 70, cyd: 60 });
    const client = await join();
    expect(await client.ask('subscribe', 'top:2')).toEqual({ ok: true, channel: 'top:2' });
    await until(() => of(client, 'top:2').length === 1);
    expect(last(client, 'top:2').entries).toEqual([{ rank: 1, userId: 'bob', score: 70 }, { rank: 2, userId: 'cyd', score: 60 }]);

    await client.ask('subscribe', 'top:3');
    await gateway.put({ ann: 55 });
    await until(() => last(client, 'top:3')?.entries[2].score === 55);
    expect(of(client, 'top:2')).toHaveLength(1);
    await gateway.put({ dan: 90 });
    await until(() => last(client, 'top:2').entries[0].userId === 'dan');

    expect(await client.ask('subscribe', 'top:2')).toEqual({ ok: true, channel: 'top:2' });
    await until(() => of(client, 'top:2').length === 3);
  });

  it('sends nothing on an unsubscribed channel', async () => {
    await start();
    const client = await join({ token: 'token-of-ann' });
    for (const channel of ['scores:top', 'top:5']) {
      await client.ask('subscribe', channel);
      expect(await client.ask('unsubscribe', channel)).toEqual({ ok: true, channel });
    }
    const before = client.received.filter(({ event }) => event !== 'scores:me').length;
    await gateway.put({ ann: 1 });
    await until(() => last(client, 'scores:me')?.score === 1);
    expect(client.received.filter(({ event }) => event !== 'scores:me')).toHaveLength(before);
  });

  it('refuses unknown channels, and personal channels without a user', async () => {
    await start();
    const client = await join();
    for (const name of ['top:0', 'top:101', 'top:1e1', 'top:', 'scores', '__proto__', '\ud800', 'top:\0', 7, null, { a: 1 }]) {
      expect(await client.ask('subscribe', name)).toEqual({ ok: false, code: 'unknown-channel' });
    }
    for (const name of ['scores:me', 'around:me']) {
      expect(await client.ask('subscribe', name)).toEqual({ ok: false, code: 'unauthenticated' });
    }
    expect(await client.ask('subscribe', 'top:100')).toEqual({ ok: true, channel: 'top:100' });
  });

  it('sends the board to a token without a user, and refuses it personal channels', async () => {
    await start();
    const client = await join({ token: 'service' });
    await until(() => last(client, 'scores:top'));
    for (const name of ['scores:me', 'around:me']) expect(await client.ask('subscribe', name)).toMatchObject({ ok: false });
    expect(of(client, 'scores:me')).toEqual([]);
  });

  it('sends the neighbors of a user at once, and again when they change', async () => {
    await start();
    await gateway.put(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`u${i}`, 200 - 2 * i])));
    const client = await join({ token: 'token-of-u10' });
    await client.ask('subscribe', 'around:me');
    await until(() => last(client, 'around:me'));
    expect(last(client, 'around:me').map((entry: { rank: number }) => entry.rank)).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    await gateway.put({ u11: 181 });
    await until(() => of(client, 'around:me').length === 2);
    expect(last(client, 'around:me')[4]).toEqual({ rank: 11, userId: 'u11', score: 181 });
  });

  it('sends names and pictures on every channel, and again within a second after a change, even if its hint is lost', async () => {
    await start();
    await gateway.put({ ann: 5, bob: 7 });
    await gateway.name('bob', { name: 'Bob 🐝', avatarUrl: 'https://a.example/bob.png' });
    const client = await join({ token: 'token-of-ann' });
    const channels = ['scores:top', 'scores:me', 'around:me', 'top:2'];
    await client.ask('subscribe', channels.slice(2));
    await gateway.name('ann', { name: 'Ann' });
    const bob = { rank: 1, userId: 'bob', score: 7, name: 'Bob 🐝', avatarUrl: 'https://a.example/bob.png' };
    const expectName = (name: string) => {
      const entries = [bob, { rank: 2, userId: 'ann', score: 5, name }];
      expect(channels.map((channel) => last(client, channel))).toEqual([expect.objectContaining({ entries }), entries[1], entries, expect.objectContaining({ entries })]);
    };
    await eventually(() => expectName('Ann'));
    const { revision } = last(client, 'scores:top');
    await gateway.name('ann', { name: 'Anna' }, false);
    await eventually(() => expectName('Anna'));
    expect(last(client, 'scores:top').revision).toBeGreaterThan(revision);
  });

  it('sends the board to a client that has its revision from another gateway, after a change of a profile that is not on it', async () => {
    await start();
    await gateway.put({ ann: 1 });
    await gateway.boardCache.refresh();
    const level = await join();
    await until(() => level.received.length);
    await gateway.name('cy', { name: 'Cy' });
    await gateway.boardCache.refresh();
    const ahead = await join({ revision: 1_002 });
    await until(() => ahead.received.length);
    expect(last(ahead, 'scores:top')).toEqual({ revision: 1_002, entries: [{ rank: 1, userId: 'ann', score: 1 }] });
    await gateway.name('ann', { name: 'Ann' });
    await until(() => last(level, 'scores:top').revision === 1_003 && last(ahead, 'scores:top').revision === 1_003);
    expect([of(level, 'scores:top').length, of(ahead, 'scores:top').length]).toEqual([2, 2]);
  });

  it('accepts a bearer token in the Authorization header, and ignores other schemes', async () => {
    await start();
    const [ann, nobody] = [await join({ authorization: 'bearer token-of-ann' }), await join({ authorization: 'Basic YTpi' })];
    await until(() => last(ann, 'scores:me') && last(nobody, 'scores:top'));
    expect(last(ann, 'scores:me')).toMatchObject({ userId: 'ann' });
    expect(await nobody.ask('subscribe', 'scores:me')).toEqual({ ok: false, code: 'unauthenticated' });
    for (const authorization of ['Bearer forged', 'Bearer', 'Bearer a b']) {
      await expect(connect(gateway.url, { authorization })).rejects.toMatchObject({ status: 401, isForNow: false });
    }
  });

  const long = (bytes: number) => `token-of-ann.${'x'.repeat(bytes - 'token-of-ann.'.length)}`;

  it('accepts a token of 8 KiB, on connecting and later, and refuses a longer one with a reason', async () => {
    await start();
    const [client, nobody] = [await join({ token: long(8_192) }), await join()];
    await until(() => last(client, 'scores:me'));
    expect(await nobody.authenticate(long(8_192))).toBe(true);
    expect(await nobody.authenticate(long(8_193))).toBe(false);
    await expect(connect(gateway.url, { token: long(8_193) })).rejects.toMatchObject({ status: 401, detail: 'invalid token of 8193 characters' });
  });

  it('disconnects a client with code 1009 after a message over 4 KiB without a token', async () => {
    await start();
    const client = await join();
    client.tell('subscribe', 'x'.repeat(5_000));
    await until(() => last(client, 'closing') && !client.isConnected());
    expect(last(client, 'closing')).toMatchObject({ code: 1009 });
  });

  it('notifies a client whose token expires: it keeps the board and loses its personal channels', async () => {
    await start();
    const client = await join({ token: 'token-of-ann' });
    await client.ask('subscribe', 'around:me');
    await until(() => last(client, 'scores:me') && last(client, 'around:me'));
    const begin = Date.now();
    expect(await client.authenticate('brief')).toBe(true);
    await until(() => last(client, 'unauthenticated'));
    expect(Date.now() - begin).toBeGreaterThan(BRIEF_MS / 2);
    expect(last(client, 'unauthenticated')).toEqual({ reason: 'The token has expired.' });

    await gateway.put({ ann: 1 });
    await until(() => last(client, 'scores:top').entries.length === 1);
    expect(await client.ask('subscribe', 'scores:me')).toEqual({ ok: false, code: 'unauthenticated' });
    expect(of(client, 'scores:me')).toHaveLength(1);
    expect(client.isConnected()).toBe(true);
  });

  it('accepts a client with an expired token as anonymous, and notifies it', async () => {
    await start();
    const client = await join({ token: 'expired' });
    await until(() => last(client, 'scores:top') && last(client, 'unauthenticated'));
    expect(client.received.map(({ event }) => event).sort()).toEqual(['scores:top', 'unauthenticated']);
  });

  it('signs in a client that sends a token later, and resumes its personal channels', async () => {
    await start();
    await gateway.put({ ann: 5 });
    const client = await join({ token: 'token-of-ann' });
    await client.ask('subscribe', 'around:me');
    await until(() => last(client, 'scores:me') && last(client, 'around:me'));
    expect(await client.authenticate('brief')).toBe(true);
    await until(() => last(client, 'unauthenticated'));
    expect(await client.authenticate('token-of-ann')).toBe(true);
    await until(() => of(client, 'scores:me').length === 2 && of(client, 'around:me').length === 2);
    await gateway.put({ ann: 6 });
    await until(() => last(client, 'scores:me').score === 6 && last(client, 'around:me')[0].score === 6);
  });

  it('continues with a new token of the same user after the old one expires, and sends nothing twice', async () => {
    await start();
    const client = await join({ token: 'token-of-ann' });
    await until(() => last(client, 'scores:me'));
    // Sent together: the brief token would expire while a slow test waits for its answer.
    expect(await Promise.all(['brief', 'token-of-ann'].map((token) => client.authenticate(token)))).toEqual([true, true]);
    const other = await join({ token: 'brief' });
    await until(() => last(other, 'unauthenticated'));
    await gateway.put({ ann: 5 });
    await until(() => last(client, 'scores:me').score === 5);
    expect(of(client, 'scores:me')).toHaveLength(2);
    expect(of(client, 'unauthenticated')).toEqual([]);
  });

  it('switches the personal channels when a client signs in as another user', async () => {
    await start();
    await gateway.put({ ann: 5, bob: 7 });
    const client = await join({ token: 'token-of-ann' });
    await client.ask('subscribe', 'around:me');
    await until(() => last(client, 'scores:me')?.userId === 'ann' && last(client, 'around:me'));
    expect(await client.authenticate('token-of-bob')).toBe(true);
    await until(() => last(client, 'scores:me').userId === 'bob');
    const before = of(client, 'scores:me').length;
    await gateway.put({ ann: 6 });
    await gateway.put({ bob: 8 });
    await until(() => last(client, 'scores:me').score === 8);
    expect(of(client, 'scores:me').slice(before).map(({ data }) => data.userId)).toEqual(['bob']);
  });

  it('keeps the identity of a client after a refused token', async () => {
    await start();
    const client = await join({ token: 'token-of-ann' });
    for (const token of ['forged', 'expired', '', 7, undefined]) expect(await client.authenticate(token)).toBe(false);
    await gateway.put({ ann: 6 });
    await until(() => last(client, 'scores:me')?.score === 6);
  });

  it.each(['fault', 'unknown'])('closes the connection with code 1013 if a later token cannot be verified now: %s', async (token) => {
    await start();
    const client = await join();
    client.tell('authenticate', token);
    await until(() => last(client, 'closing') && !client.isConnected());
    expect(last(client, 'closing')).toMatchObject({ code: 1013, reason: 'tokens cannot be verified now' });
  });

  it('processes the tokens of one client in order', async () => {
    await start();
    const client = await join();
    await Promise.all(['token-of-ann', 'forged', 'token-of-bob', 'token-of-cyd'].map((token) => client.authenticate(token)));
    await until(() => last(client, 'scores:me')?.userId === 'cyd');
  });

  it('decides a subscribe after a pending authenticate', async () => {
    await start();
    await gateway.put({ ann: 5 });
    const client = await join();
    const signedIn = client.authenticate('token-of-ann');
    const asked = ['around:me', 'top:3'].map((channel) => client.ask('subscribe', channel));
    expect(await Promise.all([signedIn, ...asked])).toEqual([true, { ok: true, channel: 'around:me' }, { ok: true, channel: 'top:3' }]);
    await until(() => last(client, 'around:me') && last(client, 'top:3'));
  });

  it('answers a ping with the revision of its board', async () => {
    await start();
    const client = await join();
    expect(await client.ping()).toEqual({ revision: 1_000 });
    await gateway.put({ ann: 5 });
    await until(() => of(client, 'scores:top').length === 2);
    expect(await client.ping()).toEqual({ revision: 1_001 });
  });

  it('accepts a list of channels, and answers with a list in the same order', async () => {
    await start();
    await gateway.put({ ann: 50, bob: 70 });
    const client = await join();
    expect(await client.ask('subscribe', ['top:1', 'top:101', 'scores:me', 'top:1', 'top:2', 7])).toEqual([
      { ok: true, channel: 'top:1' },
      { ok: false, code: 'unknown-channel' },
      { ok: false, code: 'unauthenticated' },
      { ok: true, channel: 'top:1' },
      { ok: true, channel: 'top:2' },
      { ok: false, code: 'unknown-channel' },
    ]);
    await until(() => last(client, 'top:1') && last(client, 'top:2'));
    expect(await client.ask('unsubscribe', ['top:1', 'top:2'])).toEqual([{ ok: true, channel: 'top:1' }, { ok: true, channel: 'top:2' }]);
    expect(await client.ask('subscribe', [])).toEqual([]);
    const all = Array.from({ length: 100 }, (_, i) => `top:${i + 1}`);
    expect(await client.ask('subscribe', all)).toEqual(all.map((channel) => ({ ok: true, channel })));
  });

  it.each(['score', 'constructor', 'error', 'message', 'closing'])('disconnects a client with code 1008 after the unknown event %s', async (event) => {
    await start();
    const [other, client] = [await join(), await join()];
    client.tell(event, 999);
    await until(() => last(client, 'closing') && !client.isConnected());
    expect(last(client, 'closing')).toEqual({ code: 1008, reason: 'unknown event' });
    expect(await other.ask('subscribe', 'top:3')).toEqual({ ok: true, channel: 'top:3' });
  });

  it('answers too many subscribes with rate-limited, and stays connected', async () => {
    await start();
    const client = await join();
    const names = Array.from({ length: 40 }, (_, i) => `top:${i + 1}`);
    await withClockStopped(async () => {
      const answers = await Promise.all(names.map((name) => client.ask('subscribe', name)));
      expect(answers).toEqual(names.map((channel, i) => (i < 20 ? { ok: true, channel } : { ok: false, code: 'rate-limited', channel })));
      expect(await client.ask('subscribe', ['top:1', 7])).toEqual([{ ok: false, code: 'rate-limited', channel: 'top:1' }, { ok: false, code: 'rate-limited' }]);
    });
    await gateway.put({ ann: 1 });
    await until(() => last(client, 'scores:top').entries.length === 1 && last(client, 'top:20')?.entries.length === 1);
    expect(await client.ping()).toEqual({ revision: 1_001 });
    await eventually(async () => expect(await client.ask('subscribe', 'top:40')).toEqual({ ok: true, channel: 'top:40' }));
  });

  it('disconnects a client with code 1008 after too many messages', async () => {
    await start();
    const [other, client] = [await join(), await join()];
    for (let i = 0; i < 1_000; i++) client.tell('subscribe', 'top:1');
    await until(() => last(client, 'closing') && !client.isConnected());
    expect(last(client, 'closing')).toEqual({ code: 1008, reason: 'too many messages' });
    expect(await other.ask('subscribe', 'top:3')).toEqual({ ok: true, channel: 'top:3' });
  });

  it.each([
    ['a malformed packet', 'zzz'],
    ['truncated JSON', '{"event":"subscribe","data":'],
    ['a truncated event', '42/ws/scores,["subscribe",'],
    ['a packet that announces a billion attachments', '451000000000-/ws/scores,["subscribe",{"_placeholder":true,"num":0}]'],
    ['binary data', Buffer.from([1, 2, 3])],
  ])('disconnects only the client that sends %s', async (_what, frame) => {
    await start();
    const [other, client] = [await join(), await join()];
    await until(() => client.received.length);
    client.raw(frame);
    await until(() => !client.isConnected());
    await gateway.put({ ann: 1 });
    await until(() => last(other, 'scores:top').entries.length === 1);
    expect(of(client, 'scores:top')).toHaveLength(1);
  });

  it('limits the connections per client address, as reported by the trusted proxy, and frees a place on disconnect', async () => {
    await start({ maxPerAddress: 2, trustProxy: 1 });
    const forwardedFor = '203.0.113.9';
    const [first] = [await join({ forwardedFor }), await join({ forwardedFor, token: 'token-of-ann' })];
    await expect(connect(gateway.url, { forwardedFor })).rejects.toMatchObject({ status: 429 });
    for (const same of [`198.51.100.7, ${forwardedFor}`, `${forwardedFor}:5678`, `::ffff:${forwardedFor}`]) {
      await expect(connect(gateway.url, { forwardedFor: same })).rejects.toMatchObject({ status: 429 });
    }
    await join({ forwardedFor: '203.0.113.10' });
    first.close();
    await until(() => Object.values(gateway.subscriptions.connected).includes(2));
    await join({ forwardedFor });
    await expect(connect(gateway.url, { forwardedFor })).rejects.toMatchObject({ status: 429 });
  });

  it('ignores forwarded addresses without a trusted proxy, and frees the place of a refused client', async () => {
    await start({ maxPerAddress: 1 });
    for (const token of ['forged', 'fault']) await expect(connect(gateway.url, { token })).rejects.toThrow();
    const client = await connectWhenFree({ forwardedFor: '203.0.113.9' });
    await expect(connect(gateway.url, { forwardedFor: '203.0.113.10' })).rejects.toMatchObject({ status: 429 });
    expect(client.isConnected()).toBe(true);
  });

  it('limits the total number of connections, and frees a place on disconnect', async () => {
    await start({ maxConnections: 2 });
    const [first] = [await join(), await join({ token: 'token-of-ann' })];
    await expect(connect(gateway.url)).rejects.toMatchObject({ status: 503, isForNow: true });
    first.close();
    await connectWhenFree({});
    await expect(connect(gateway.url)).rejects.toMatchObject({ status: 503 });
  });

  it('sends stale when it cannot read a newer board, and again when it can', async () => {
    await start();
    await gateway.put({ ann: 1 });
    const client = await join();
    await until(() => last(client, 'scores:top')?.entries.length);
    const away = jest.spyOn(MemoryLeaderboard.prototype, 'board').mockRejectedValue(new Error('away'));
    await until(() => of(client, 'stale').length);
    expect(last(client, 'stale')).toEqual({ stale: true });
    expect(client.isConnected()).toBe(true);
    away.mockRestore();
    await until(() => of(client, 'stale').length === 2);
    expect(last(client, 'stale')).toEqual({ stale: false });
  });

  it('disconnects its clients with code 1001 on drain, and refuses new ones temporarily', async () => {
    await start();
    const away = await Promise.all([join(), join({ token: 'token-of-ann' }), join()]);
    await gateway.adapter.drain();
    await expect(connect(gateway.url)).rejects.toMatchObject({ status: 503, isForNow: true });
    for (const client of away) {
      await until(() => last(client, 'closing') && !client.isConnected());
      expect(last(client, 'closing')).toMatchObject({ code: 1001, reason: 'the server is going away' });
    }
  });

  const names = Array.from({ length: 100 }, (_, i) => `${'player'.repeat(9)}-${i}`);
  /** Makes the gateway push until `hasEnough`, for a client that does not read. */
  const flood = async (hasEnough: () => boolean) => {
    for (let round = 1; !hasEnough(); round++) {
      if (round > 20_000) throw new Error('the client never fell behind');
      await gateway.put(Object.fromEntries(names.map((name, i) => [name, round * 1_000 + i])));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  it('lets a slow client skip boards but not the newest, without delaying others', async () => {
    await start({ pushIntervalMs: 1 });
    const [slow, quick] = [await join(), await join()];
    await slow.ask('subscribe', 'top:100');
    slow.pause();
    await flood(() => gateway.subscriptions.buffer.skipped > 100);
    await until(() => last(quick, 'scores:top').revision === gateway.boardCache.current()!.revision);
    expect(slow.isConnected()).toBe(true);

    slow.resume();
    const newest = () => gateway.boardCache.current()!;
    await until(() => last(slow, 'scores:top').revision === newest().revision);
    await until(() => last(slow, 'top:100').entries[0].score === newest().entries[0]!.score);
    const revisions = of(slow, 'scores:top').map((message) => message.data.revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    expect(revisions.length).toBeLessThan(of(quick, 'scores:top').length);
  });

  it('disconnects a client with more unsent bytes than the limit', async () => {
    await start({ pushIntervalMs: 1, maxBufferedBytes: 5_000 });
    const slow = await join();
    await slow.ask('subscribe', 'top:100');
    slow.pause();
    await flood(() => gateway.dropped() === 1);
    await until(() => Object.values(gateway.subscriptions.connected).every((count) => count === 0));
  });

  it('reports a failed read, and retries it', async () => {
    await start();
    const client = await join({ token: 'token-of-ann' });
    await until(() => last(client, 'scores:me'));
    const places = jest.spyOn(MemoryLeaderboard.prototype, 'places').mockRejectedValueOnce(new Error('away'));
    await gateway.put({ ann: 1 });
    await until(() => gateway.faults.length);
    places.mockRestore();
    await gateway.put({ bob: 1 });
    await gateway.put({ ann: 2 });
    await until(() => last(client, 'scores:me').score === 2);
  });
}
