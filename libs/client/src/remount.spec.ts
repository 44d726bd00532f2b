import { eventually } from '../../../test/support';
import { newUser, tokenOf, useScoreboard } from '../../../test/support/use-scoreboard';
import type { Board, ConnectionState, Me, RankedScore, Scoreboard } from './index.ts';

describe('the client library, on the standalone, in a remounted component', () => {
  const site = useScoreboard();

  /** Does what a React effect does, and returns its cleanup. */
  function mount(board: Scoreboard) {
    const shown = { states: [] as ConnectionState[], boards: [] as Board[] };
    const endings = [board.on('state', (state) => shown.states.push(state)), board.on('top', (top) => shown.boards.push(top))];
    const unmount = () => {
      for (const end of endings) end();
      board.close();
    };
    return { shown, unmount };
  }
  const clients = async () => {
    const metrics = await (await fetch(`${site.url}/metrics`)).text();
    return Number(/^scoreboard_socketio_clients(?:{[^}]*})? (\d+)$/m.exec(metrics)![1]);
  };

  it('is live with one connection after mount, unmount and mount in one turn', async () => {
    const board = site.open();
    const before = await clients();
    mount(board).unmount();
    const { shown } = mount(board);
    await eventually(() => expect(shown).toMatchObject({ states: ['reconnecting', 'live'], boards: [expect.anything()] }));
    await eventually(async () => expect(await clients()).toBe(before + 1));
  });

  it('shows the last board at once when remounted, reconnects, and reports changes', async () => {
    const board = site.open();
    const first = mount(board);
    await eventually(() => expect(first.shown.boards).toHaveLength(1));
    first.unmount();
    expect(board.state).toBe('offline');
    const second = mount(board);
    expect(second.shown.boards).toEqual(first.shown.boards);
    await eventually(() => expect(board.state).toBe('live'));
    const user = newUser();
    await site.as(user).submit(500);
    await eventually(() => expect(second.shown.boards.at(-1)!.entries).toContainEqual(expect.objectContaining({ userId: user })));
    expect(first.shown.boards).toHaveLength(1);
  });

  it('also serves listeners that stayed registered after close(), and reports nothing of the previous player', async () => {
    const user = newUser();
    let player = tokenOf(user);
    const board = site.open({ token: () => player });
    const told = { around: [] as (readonly RankedScore[])[], top: [] as Board[] };
    board.on('around:me', (around) => told.around.push(around));
    board.on('top:20', (top) => told.top.push(top));
    let me: Me | undefined;
    board.on('me', (now) => (me = now));
    await board.submit(3);
    await eventually(() => expect(me).toMatchObject({ userId: user, score: 3 }));
    board.close();
    player = tokenOf(newUser());
    const [arounds, tops] = [told.around.length, told.top.length];
    const late: Me[] = [];
    board.on('me', (now) => late.push(now));
    await eventually(() => expect(late).toEqual([{ userId: player.userId, score: 0, rank: null }]));
    await eventually(() => expect([told.around.length > arounds, told.top.length > tops]).toEqual([true, true]));
  });

  it('holds no connection after the last unmount, however often it was mounted', async () => {
    const board = site.open();
    const before = await clients();
    for (let i = 0; i < 5; i++) mount(board).unmount();
    const { unmount } = mount(board);
    await eventually(() => expect(board.state).toBe('live'));
    unmount();
    await eventually(async () => expect(await clients()).toBe(before));
    expect(board.state).toBe('offline');
  });
});
