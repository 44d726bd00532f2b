import { freePort } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { eventually, startStandalone } from '../../../test/support';
import { ConnectionError, Scoreboard } from './index.ts';

const JWT_SECRET = 'a secret to find players with, long enough';

describe('findPlayers', () => {
  let role: Awaited<ReturnType<typeof startStandalone>>;
  let board: Scoreboard;
  beforeAll(async () => {
    role = await startStandalone({ JWT_SECRET, LOG_LEVEL: 'warn' });
    board = new Scoreboard(role.url);
    for (const [userId, name, scoreIncrement] of [['zoe', 'Zoë', 5], ['zoltan', 'Zoltán', 7]] as const) {
      const headers = { 'content-type': 'application/json', 'authorization': `Bearer ${sign({ sub: userId, scope: 'scores:write' }, JWT_SECRET, { expiresIn: 600 })}`, 'prefer': 'wait=10' };
      await fetch(`${role.url}/api/users/${userId}/profile`, { method: 'PUT', headers, body: JSON.stringify({ name }) });
      await fetch(`${role.url}/api/scores/update`, { method: 'POST', headers, body: JSON.stringify({ userId, scoreIncrement }) });
    }
  });
  afterAll(() => role.kill());

  it('reads the players whose name begins so, best first, on any board', async () => {
    const both = [{ rank: 1, userId: 'zoltan', score: 7, name: 'Zoltán' }, { rank: 2, userId: 'zoe', score: 5, name: 'Zoë' }];
    await eventually(async () => expect(await board.findPlayers('ZO')).toEqual(both));
    await eventually(async () => expect(await board.findPlayers('zo', { board: 'week', limit: 1 })).toEqual(both.slice(0, 1)));
    expect(await board.findPlayers('&limit=0')).toEqual([]);
  });

  it('rejects a name that is no string', async () => {
    await expect(board.findPlayers(undefined as unknown as string)).rejects.toThrow('Malformed name: expected a string, got undefined');
  });

  it('says what the server refuses, and that it does not answer', async () => {
    const refused = await board.findPlayers('z').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConnectionError);
    expect(refused).toMatchObject({ status: 400, message: `${role.url}/api/boards/global/players answered 400: name must be the first 2 to 40 characters of a name, or 1 of Chinese, Japanese or Korean` });
    await expect(board.findPlayers('zo', { board: 'no/board' })).rejects.toMatchObject({ status: 404 });
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(new Scoreboard(url).findPlayers('zo')).rejects.toThrow(`${url}/api/boards/global/players did not answer (connect ECONNREFUSED`);
    await expect(new Scoreboard('ftp://x').findPlayers('zo')).rejects.toThrow('does not begin with https://');
  });
});
