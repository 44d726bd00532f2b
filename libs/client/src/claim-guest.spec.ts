import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forgedTokenOf, newUser, tokenOf, useScoreboard } from '../../../test/support/use-scoreboard';
import { ClaimError, type PlayerToken, Scoreboard } from './index.ts';

describe('claimGuest, on the standalone', () => {
  const site = useScoreboard();

  const guest = async (points: number): Promise<PlayerToken> => {
    const player = (await (await fetch(`${site.url}/api/auth/guest`, { method: 'POST' })).json()) as PlayerToken;
    await site.open({ token: () => player }).submit(points, { waitSeconds: 10 });
    return player;
  };

  it('moves the points of the guest to the player who signed in, also after a lost connection, and once', async () => {
    const [user, { token }] = [newUser(), await guest(7)];
    const { proxy, url } = await site.proxied();
    proxy.refuse();
    const claimed = site.as(user, url).claimGuest(token);
    await proxy.heal();
    expect(await claimed).toEqual({ userId: user, points: 7, updates: 1 });
    expect(await site.as(user).claimGuest(token)).toEqual({ userId: user, points: 7, updates: 1 });
    expect(await site.historyOf(tokenOf(user))).toMatchObject([{ movedFrom: expect.any(String) }]);
  });

  it('asks for another token when the server refuses one', async () => {
    const [user, { token }] = [newUser(), await guest(1)];
    const hook = jest.fn(() => tokenOf(user)).mockImplementationOnce(() => forgedTokenOf(user));
    expect(await site.open({ token: hook }).claimGuest(token)).toMatchObject({ points: 1 });
    expect(hook).toHaveBeenCalledTimes(2);
    await expect(site.open({ token: () => forgedTokenOf('eve') }).claimGuest(token)).rejects.toMatchObject({ name: 'ClaimError', status: 401 });
  });

  it('throws what the server refuses, and does not send it again', async () => {
    const { token } = await guest(1);
    await site.as(newUser()).claimGuest(token);
    const failure = await site.as(newUser()).claimGuest(token).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ClaimError);
    expect(failure).toMatchObject({ status: 422, problem: { type: 'urn:scoreboard:problem:guest-claimed' }, message: 'The points of the guest were not moved: Another player has the points of this guest.' });
    await expect(site.as(newUser()).claimGuest('')).rejects.toMatchObject({ status: 400, message: 'The points of the guest were not moved: guestToken must not be empty' });
    await expect(site.open().claimGuest(token)).rejects.toThrow('No player to claim the guest for: return a token from the token hook.');
  });
});

it('claimGuest waits as long as the server asks', async () => {
  const at: number[] = [];
  const server = createServer((_request, response) => {
    at.push(performance.now());
    if (at.length === 1) return response.writeHead(503, { 'retry-after': '1' }).end('away');
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"userId":"ann","points":3,"updates":1}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await new Scoreboard(url, { token: () => tokenOf('ann') }).claimGuest('g')).toEqual({ userId: 'ann', points: 3, updates: 1 });
  expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(950);
  server.close();
});
