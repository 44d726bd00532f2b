import { eventually } from '../../../test/support';
import { forgedTokenOf, newUser, tokenOf, useScoreboard } from '../../../test/support/use-scoreboard';
import type { ConnectionState, Me, PlayerToken, Scoreboard, TokenRequest } from './index.ts';

const EXPIRED_MS = -60;

/** Records every event of a board. */
function record(board: Scoreboard) {
  const told = { states: [] as ConnectionState[], errors: [] as string[], me: [] as Me[], boards: 0 };
  board.on('error', ({ message }) => told.errors.push(message));
  board.on('state', (state) => told.states.push(state));
  board.on('top', () => told.boards++);
  board.on('me', (me) => told.me.push(me));
  return told;
}

describe('the tokens of the client library, on the standalone', () => {
  const site = useScoreboard();
  /** A hook that returns these in turn, then the last one repeatedly, and the requests it received. */
  const inTurn = (...tokens: (PlayerToken | Error | undefined)[]) => {
    const requests: TokenRequest[] = [];
    const token = (request: TokenRequest) => {
      requests.push(request);
      const next = tokens.length > 1 ? tokens.shift() : tokens[0];
      if (next instanceof Error) throw next;
      return next;
    };
    return { token, requests };
  };

  it('sends a new token on the same connection before the old one expires', async () => {
    const user = newUser();
    const [short, long] = [tokenOf(user, 4), tokenOf(user)];
    const { token, requests } = inTurn(short, long);
    const board = site.open({ token });
    const told = record(board);
    await eventually(() => expect(requests).toHaveLength(2));
    await board.submit(5, { waitSeconds: 5 });
    await eventually(() => expect(told.me.at(-1)).toMatchObject({ userId: user, score: 5 }));
    expect(requests.map(({ refused }) => refused)).toEqual([undefined, undefined]);
    expect(told).toMatchObject({ states: ['reconnecting', 'live'], errors: [] });
  });

  it.each([
    ['was expired on connecting', EXPIRED_MS],
    ['expires while connected', 1],
  ])('continues with another token on the same connection when the first one %s', async (_, expiresIn) => {
    const user = newUser();
    const first = tokenOf(user, expiresIn);
    const requests: TokenRequest[] = [];
    const board = site.open({ token: (request) => (requests.push(request), request.refused === first.token ? tokenOf(user) : first) });
    const told = record(board);
    await eventually(() => expect(requests.at(-1)).toEqual({ purpose: 'connect', refused: first.token }));
    await board.submit(5, { waitSeconds: 5 });
    await eventually(() => expect(told.me.at(-1)).toMatchObject({ userId: user, score: 5 }));
    expect(told).toMatchObject({ states: ['reconnecting', 'live'], errors: [] });
  });

  it('signs a player in on the open connection when the app says that there is one', async () => {
    const user = newUser();
    const { token, requests } = inTurn(undefined, tokenOf(user));
    const board = site.open({ token });
    const told = record(board);
    await eventually(() => expect(told.states.at(-1)).toBe('live'));
    board.signIn();
    await eventually(() => expect(told.me).toEqual([expect.objectContaining({ userId: user, score: 0 })]));
    expect(requests).toEqual([{ purpose: 'connect', refused: undefined }, { purpose: 'connect', refused: undefined }]);
    expect(told).toMatchObject({ states: ['reconnecting', 'live'], errors: [] });
  });

  it('keeps the public board when the token expires and the hook returns no other', async () => {
    const first = tokenOf(newUser(), 1);
    const board = site.open({ token: ({ refused }) => (refused ? undefined : first) });
    const told = record(board);
    await eventually(() => expect(told.me).toHaveLength(1));
    await eventually(() => {
      const late = jest.fn();
      board.on('me', late)();
      expect(late).not.toHaveBeenCalled(); // there is no player any more
    });
    const boards = told.boards;
    await site.as(newUser()).submit(50);
    await eventually(() => expect(told.boards).toBeGreaterThan(boards));
    expect(told).toMatchObject({ states: ['reconnecting', 'live'], errors: [] });
  });

  it('reports an invalid token as an error on each attempt, and still shows the board', async () => {
    const user = newUser();
    let player = forgedTokenOf(user);
    const told = record(site.open({ token: () => player }));
    await eventually(() => expect(told.errors.length).toBeGreaterThan(1));
    expect(told.errors[0]).toBe('The server refuses the token: The token is not signed with a key that is trusted here.');
    expect(told.errors[1]).toMatch(/^The server refuses the token: .* The token hook returned it again\.$/);
    expect(told.states.at(-1)).toBe('live');
    expect(told.boards).toBe(1);
    player = tokenOf(user);
    await eventually(() => expect(told.me).toEqual([{ userId: user, score: 0, rank: null }]));
    expect(told.states).toEqual(['reconnecting', 'live']);
  });

  it('reports when the token expired, if the hook keeps returning an expired token', async () => {
    const expired = tokenOf(newUser(), EXPIRED_MS);
    const told = record(site.open({ token: () => expired }));
    await eventually(() => expect(told.errors[0]).toMatch(/^The server refuses the token: it expired at 20\d\d-.*Z\. The token hook returned it again\.$/));
    expect(told).toMatchObject({ states: ['reconnecting', 'live'], boards: 1 });
  });

  it('reports a failing hook as an error, still shows the board, and signs in once the hook works', async () => {
    const user = newUser();
    const { token } = inTurn(new Error('no provider'), new Error('no provider'), tokenOf(user));
    const told = record(site.open({ token }));
    await eventually(() => expect(told.me).toEqual([{ userId: user, score: 0, rank: null }]));
    expect(told).toMatchObject({ states: ['reconnecting', 'live'], errors: ['no provider', 'no provider'], boards: 1 });
  });

  it('shows the board without waiting for a slow hook', async () => {
    const user = newUser();
    let answer!: (player: PlayerToken) => void;
    const told = record(site.open({ token: () => new Promise((resolve) => (answer = resolve)) }));
    await eventually(() => expect(told.boards).toBe(1));
    answer(tokenOf(user));
    await eventually(() => expect(told.me).toEqual([{ userId: user, score: 0, rank: null }]));
    expect(told.states).toEqual(['reconnecting', 'live']);
  });

  it.each([{ token: 'eyJ…' }, { userId: 'ann', token: undefined }, { userId: 'ann', token: 'two words' }, 'eyJ'])('reports a hook that returns %j as an error', async (player) => {
    const board = site.open({ token: () => player as PlayerToken });
    const told = record(board);
    await eventually(() => expect(told.errors[0]).toBe('The token hook returned no valid token: expected {userId, token} with two strings, or undefined for no player'));
    await expect(board.submit(1, { giveUpAfterMs: 1 })).rejects.toThrow('The token hook returned no valid token');
  });

  it('subscribes to personal channels once there is a player', async () => {
    const user = newUser();
    let player: PlayerToken | undefined;
    const board = site.open({ token: ({ purpose }) => (purpose === 'submit' ? (player ??= tokenOf(user)) : player) });
    const around: unknown[] = [];
    board.on('around:me', (told) => around.push(told));
    await eventually(() => expect(board.state).toBe('live'));
    const receipt = await board.submit(3, { waitSeconds: 5 });
    await eventually(() => expect(around.at(-1)).toContainEqual({ userId: user, score: receipt.score, rank: receipt.rank }));
  });
});
