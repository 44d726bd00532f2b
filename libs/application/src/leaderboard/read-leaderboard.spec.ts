import { type Identity, type Leaderboard, type RebuildState, type Refusal, ScoreboardEvents, type ScoreCommand, type ScoreLedger } from '@scoreboard/domain';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { EmbeddedBoardFeed, MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { Database, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { BoardCache } from '../live/board-cache';
import { LedgerRanks } from './ledger-ranks';
import { ReadLeaderboard } from './read-leaderboard';
import { RebuildLeaderboard } from './rebuild-leaderboard';
import { useDatabase, withClockStopped } from '../../../../test/support';

const command = (userId: string, scoreIncrement: number): ScoreCommand => ({ commandId: randomUUID(), userId, scoreIncrement });

describe('ReadLeaderboard', () => {
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  let leaderboard: MemoryLeaderboard;
  let boardCache: BoardCache;
  let reported: string[];
  let events: ScoreboardEvents;

  const readerOf = (shown: Leaderboard, truth: ScoreLedger = ledger) => {
    const errors = { report: (what: string) => void reported.push(what) };
    boardCache = new BoardCache(shown, new EmbeddedBoardFeed(), events);
    return new ReadLeaderboard(shown, new LedgerRanks(truth, errors, events), boardCache, errors);
  };
  const rebuild = () => new RebuildLeaderboard(ledger, leaderboard, new EmbeddedBoardFeed()).execute();

  beforeAll(async () => {
    Logger.overrideLogger(false);
    await ledger.apply(Array.from({ length: 15 }, (_, i) => command(`u${i + 1}`, 100 - i)));
    await ledger.apply([command('hidden', 1_000)]);
    await database.query(`UPDATE score_total SET hidden = true WHERE user_id = 'hidden'`);
  });
  beforeEach(() => {
    reported = [];
    events = new ScoreboardEvents();
    leaderboard = new MemoryLeaderboard();
  });

  it('returns the top ten from memory while it is fresh, without a read and without copying', async () => {
    await rebuild();
    const reader = readerOf(leaderboard);
    await withClockStopped(async () => {
      await boardCache.refresh();
      leaderboard.top = () => Promise.reject(new Error('asked'));
      const top = await reader.top(10);
      expect(top).toBe(await reader.top(10));
      expect(top.map(({ userId }) => userId)).toEqual(['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'u8', 'u9', 'u10']);
      expect(await reader.top(3)).toEqual(top.slice(0, 3));
    });
    expect(reported).toEqual([]);
  });

  it('reads the leaderboard for more than ten entries, and when memory is stale', async () => {
    await rebuild();
    const reader = readerOf(leaderboard);
    expect(await reader.top(12)).toHaveLength(12);
    expect(await reader.top(2)).toEqual([
      { rank: 1, userId: 'u1', score: 100 },
      { rank: 2, userId: 'u2', score: 99 },
    ]);
  });

  it('returns the same from the ledger while the leaderboard is not ready, and reports no error', async () => {
    await rebuild();
    const [ready, notReady] = [readerOf(leaderboard), readerOf(new MemoryLeaderboard())];
    expect(await notReady.top(15)).toEqual(await ready.top(15));
    expect(await notReady.place('u7')).toEqual({ rank: 7, userId: 'u7', score: 94, players: 15 });
    expect(await notReady.place('u7')).toEqual(await ready.place('u7'));
    expect(await notReady.around('u2', 3)).toEqual(await ready.around('u2', 3));
    expect(await notReady.ranks(12, 3)).toEqual(await ready.ranks(12, 3));
    expect((await ready.ranks(12, 3)).map(({ rank, userId }) => [rank, userId])).toEqual([[12, 'u12'], [13, 'u13'], [14, 'u14']]);
    const friends = ['u9', 'hidden', 'nobody', 'u3', 'u9'];
    expect(await notReady.ranked(friends)).toEqual(await ready.ranked(friends));
    expect((await ready.ranked(friends)).map(({ rank, userId }) => [rank, userId])).toEqual([[3, 'u3'], [9, 'u9']]);
    expect([await notReady.players(), await ready.players()]).toEqual([15, 15]);
    expect(reported).toEqual([]);
  });

  it('reports an unavailable leaderboard and answers from the ledger', async () => {
    leaderboard.places = () => Promise.reject(new Error('redis is away'));
    expect(await readerOf(leaderboard).place('u1')).toMatchObject({ rank: 1 });
    expect(reported).toEqual(['the leaderboard cannot be read']);
  });

  it('refuses users who are hidden or never scored, with and without the leaderboard', async () => {
    await rebuild();
    for (const reader of [readerOf(leaderboard), readerOf(new MemoryLeaderboard())]) {
      for (const user of ['hidden', 'nobody']) {
        await expect(reader.place(user)).rejects.toMatchObject({ code: 'unknown-user' });
        await expect(reader.around(user, 5)).rejects.toMatchObject({ code: 'unknown-user' });
      }
      expect((await reader.top(100)).map(({ userId }) => userId)).not.toContain('hidden');
    }
  });

  it('shows a hidden score without a rank only to its user and scores:admin, with and without the leaderboard', async () => {
    await rebuild();
    const identity = (userId: string, ...scopes: string[]): Identity => ({ issuer: '', subject: userId, userId, scopes: new Set(scopes), expiresAt: 0 });
    for (const reader of [readerOf(leaderboard), readerOf(new MemoryLeaderboard())]) {
      for (const who of [identity('hidden'), identity('boss', 'scores:admin')]) {
        expect(await reader.place('hidden', who)).toEqual({ userId: 'hidden', score: 1_000, rank: null, players: 15 });
        await expect(reader.place('nobody', who)).rejects.toMatchObject({ code: 'unknown-user' });
        await expect(reader.around('hidden', 5)).rejects.toMatchObject({ code: 'unknown-user' });
      }
      await expect(reader.place('hidden', { ...identity('hidden'), userId: undefined })).rejects.toMatchObject({ code: 'unknown-user' });
      await expect(reader.place('hidden', identity('u1', 'scores:write:any'))).rejects.toMatchObject({ code: 'unknown-user' });
      const forAnUpdate = { ...identity('hidden', 'scores:admin'), actionGrant: { action: 'kill', maxIncrement: 1, tokenId: 't' } };
      await expect(reader.place('hidden', forAnUpdate)).rejects.toMatchObject({ code: 'unknown-user' });
      await expect(reader.place('nobody', identity('nobody'))).rejects.toMatchObject({ code: 'unknown-user' });
      expect(await reader.place('u1', identity('u1'))).toEqual({ userId: 'u1', score: 100, rank: 1, players: 15 });
    }
  });

  it('reads at most four ranks from the ledger at a time, and refuses more', async () => {
    const reader = readerOf(new MemoryLeaderboard());
    const answers = await Promise.allSettled(Array.from({ length: 7 }, () => reader.place('u1')));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(answers[6]).toMatchObject({ reason: { code: 'leaderboard-unavailable', details: { retryAfter: 1 } } });
    expect(await reader.place('u1')).toMatchObject({ rank: 1 });
  });

  it('counts the players once for all ranks of a second', async () => {
    let asked = 0;
    const counting = Object.assign(Object.create(ledger) as ScoreLedger, { players: () => (asked++, ledger.players()) });
    const reader = readerOf(new MemoryLeaderboard(), counting);
    const answers = await withClockStopped(() => Promise.all([reader.place('u1'), reader.place('u2'), reader.players()]));
    expect(answers).toMatchObject([{ players: 15 }, { players: 15 }, 15]);
    expect(asked).toBe(1);
  });

  it('reads one rank at a time while its own process rebuilds, and ten at most in a rebuild, so that the pages are not kept waiting', async () => {
    let asked = 0;
    const counting = Object.assign(Object.create(ledger) as ScoreLedger, { around: (userId: string, radius: number) => (asked++, ledger.around(userId, radius)) });
    const reader = readerOf(new MemoryLeaderboard(), counting);
    const total = 1_000_000;
    const emit = (standings: number, state: RebuildState = 'running') => events.emit('leaderboard.rebuilding', { standings, total, copied: standings, seconds: 1, state });
    const ask = async () => {
      const answers = await Promise.allSettled([reader.place('u1'), reader.around('u2', 5), reader.place('u3')]);
      return answers.map((answer) => (answer.status === 'fulfilled' ? 'ok' : (answer.reason as Refusal).code)).sort();
    };
    emit(0);
    expect(await ask()).toEqual(['leaderboard-unavailable', 'leaderboard-unavailable', 'ok']);
    for (let standings = 5_000; standings < total; standings += 5_000) {
      emit(standings);
      await ask();
    }
    expect(asked).toBe(10);
    emit(total - 1, 'stopped');
    expect(await ask()).toEqual(['ok', 'ok', 'ok']);
    emit(total - 1);
    expect(await ask()).toEqual(['leaderboard-unavailable', 'leaderboard-unavailable', 'ok']);
    emit(total, 'finished');
    expect(await ask()).toEqual(['ok', 'ok', 'ok']);
  });

  it('uses a top that took long for as long as it took', async () => {
    const clock = jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      let asked = 0;
      const slow = Object.assign(Object.create(ledger) as ScoreLedger, { top: async () => (asked++, clock.advanceTimersByTime(8_000), []) });
      const reader = readerOf(new MemoryLeaderboard(), slow);
      await reader.top(1);
      clock.advanceTimersByTime(7_900);
      await reader.top(1);
      expect(asked).toBe(1);
      clock.advanceTimersByTime(200);
      await reader.top(1);
      expect(asked).toBe(2);
    } finally {
      jest.useRealTimers();
    }
  });

  it('reads the top from the ledger once for all callers', async () => {
    let asked = 0;
    const counting = Object.assign(Object.create(ledger) as ScoreLedger, { top: (count: number) => (asked++, ledger.top(count)) });
    const reader = readerOf(new MemoryLeaderboard(), counting);
    const tops = await Promise.all(Array.from({ length: 50 }, (_, i) => reader.top(1 + (i % 15))));
    expect(asked).toBe(1);
    expect(tops.map((top) => top.length)).toEqual(Array.from({ length: 50 }, (_, i) => 1 + (i % 15)));
  });

  it('starts no second read of the top while one takes long', async () => {
    const clock = jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      const ends: (() => void)[] = [];
      const slow = Object.assign(Object.create(ledger) as ScoreLedger, { top: () => new Promise((resolve) => void ends.push(() => resolve([]))) });
      const reader = readerOf(new MemoryLeaderboard(), slow);
      const reads = [reader.top(1), reader.top(1)];
      await new Promise(setImmediate);
      clock.advanceTimersByTime(10_000);
      reads.push(reader.top(1));
      await new Promise(setImmediate);
      expect(ends).toHaveLength(1);
      ends[0]!();
      expect(await Promise.all(reads)).toEqual([[], [], []]);
      clock.advanceTimersByTime(10_000);
      void reader.top(1);
      await new Promise(setImmediate);
      expect(ends).toHaveLength(2);
    } finally {
      jest.useRealTimers();
    }
  });

  it('returns the last board if neither can be read, and a refusal if there is none', async () => {
    await rebuild();
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const reader = readerOf(leaderboard, new PostgresLedger(away));
    leaderboard.top = () => Promise.reject(new Error('redis is away'));
    await expect(reader.top(10)).rejects.toMatchObject({ code: 'ledger-unavailable' });
    const remembering = readerOf(leaderboard, new PostgresLedger(away));
    await boardCache.refresh();
    await expect(remembering.top(15)).rejects.toMatchObject({ code: 'ledger-unavailable' });
    boardCache.isFresh = () => false;
    expect(await remembering.top(10)).toHaveLength(10);
    expect(reported).toContain('the ledger cannot be read');
    await away.onApplicationShutdown();
  });
});
