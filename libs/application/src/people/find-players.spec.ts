import { randomUUID } from 'node:crypto';
import { ScoreboardEvents } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryLeaderboard, MemoryShownProfiles } from '@scoreboard/infrastructure/in-process';
import { PostgresLedger, PostgresProfiles } from '@scoreboard/infrastructure/postgres';
import { LedgerRanks } from '../leaderboard/ledger-ranks';
import { ReadLeaderboard } from '../leaderboard/read-leaderboard';
import { RebuildLeaderboard } from '../leaderboard/rebuild-leaderboard';
import { BoardCache } from '../live/board-cache';
import { ShowUsers } from '../live/show-users';
import { useDatabase } from '../../../../test/support';
import { FindPlayers } from './find-players';
import { FollowProfiles } from './follow-profiles';

const PLAYERS = 260;

describe('FindPlayers', () => {
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  const profiles = new PostgresProfiles(database);
  const shown = new MemoryShownProfiles();
  const leaderboard = new MemoryLeaderboard();
  const events = new ScoreboardEvents();
  const errors = { report: (what: string, error: unknown) => expect([what, error]).toBeUndefined() };
  const players = new FindPlayers(profiles, new ShowUsers(shown, errors), errors);
  const board = new ReadLeaderboard(leaderboard, new LedgerRanks(ledger, errors, events), new BoardCache(leaderboard, new EmbeddedBoardFeed(), events), errors);
  const found = async (beginning: string, limit = 10) => (await players.onBoard(board, beginning, limit)).map(({ userId, rank }) => `${userId} ${rank}`);

  beforeAll(async () => {
    // The names of the best players are the last in the order of names.
    const all = Array.from({ length: PLAYERS }, (_, i) => ({ userId: `u${i}`, name: `Player ${1_000 + i}` }));
    await ledger.apply(all.map(({ userId }, i) => ({ commandId: randomUUID(), userId, scoreIncrement: i + 1 })));
    await ledger.apply([{ commandId: randomUUID(), userId: 'hidden', scoreIncrement: 5_000 }]);
    await database.query(`UPDATE score_total SET hidden = true WHERE user_id = 'hidden'`);
    await profiles.saveResolved(new Map([...all, { userId: 'hidden', name: 'Player 9' }, { userId: 'idle', name: 'Player' }].map(({ userId, name }) => [userId, { name }])));
    await new FollowProfiles(profiles, shown, new EmbeddedBoardFeed()).look();
    await new RebuildLeaderboard(ledger, leaderboard, new EmbeddedBoardFeed()).execute();
  });

  it('finds the best first, also where many more begin so than are looked at', async () => {
    expect(await found('player', 3)).toEqual(['u259 1', 'u258 2', 'u257 3']);
    const all = await found('pl', 1_000);
    expect(all.length).toBeGreaterThan(150);
    expect(all.length).toBeLessThanOrEqual(200);
    expect(new Set(all).size).toBe(all.length);
  });

  it('finds all where few begin so, wherever they stand', async () => {
    expect(await found('player 100')).toEqual(Array.from({ length: 10 }, (_, i) => `u${9 - i} ${PLAYERS - 9 + i}`));
    expect(await found('player 1001')).toEqual([`u1 ${PLAYERS - 1}`]);
    expect(await found('nobody')).toEqual([]);
  });

  it('finds nobody who is hidden or has no points on a board, but an operator does', async () => {
    expect(await found('player 9')).toEqual([]);
    const mod = { issuer: '', subject: 'mod', userId: 'mod', scopes: new Set(['scores:admin'] as const), expiresAt: 0 };
    expect(await players.anywhere(mod, 'player 9', 10)).toEqual([{ userId: 'hidden', name: 'Player 9' }]);
    expect((await players.anywhere(mod, 'player', 1))[0]).toEqual({ userId: 'idle', name: 'Player' });
    await expect(players.anywhere({ ...mod, scopes: new Set() }, 'player', 1)).rejects.toMatchObject({ code: 'insufficient-scope' });
  });
});
