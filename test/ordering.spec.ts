import { type Board, Leaderboard, type LedgerRange, MAX_TOP, ScoreboardEvents, type ScoreCommand, type Standing } from '@scoreboard/domain';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ApplyScores, FollowLedger, BoardCache, ProjectStandings, RebuildLeaderboard, IntervalTask } from '@scoreboard/application';
import { PostgresGuestClaims } from '@scoreboard/infrastructure/postgres';
import { randomFrom } from '@scoreboard/domain/leaderboard-samples.contract';
import { describeWith, eventually, useNodes } from './support';

const USERS = 20;
const COMMANDS = 50_000;
const SEED = 20_261_124;

/** A leaderboard behind an unreliable network: one put in ten arrives after later ones, one in fifty is lost. */
class UnreliableLeaderboard extends Leaderboard {
  private readonly late: Promise<unknown>[] = [];

  constructor(
    private readonly inner: Leaderboard,
    private readonly random: () => number,
  ) {
    super();
  }

  async put(standings: readonly Standing[], covered: LedgerRange): Promise<Board | undefined> {
    const luck = this.random();
    if (luck < 0.02) throw new Error('lost on purpose');
    if (luck > 0.12) return this.inner.put(standings, covered);
    this.late.push(delay(10 + this.random() * 300).then(() => this.inner.put(standings, covered)));
    return undefined;
  }

  async arrived(): Promise<void> {
    await Promise.all(this.late);
  }

  drop = () => this.inner.drop();
  position = () => this.inner.position();
  board = () => this.inner.board();
  top = (count: number, from?: number) => this.inner.top(count, from);
  players = () => this.inner.players();
  places = (userIds: readonly string[]) => this.inner.places(userIds);
  around = (userId: string, radius: number) => this.inner.around(userId, radius);
  replace = (userId: string, by?: Standing) => this.inner.replace(userId, by);
  beginRebuild = (ledgerId: string) => this.inner.beginRebuild(ledgerId);
}

/** Half of the users earn equal scores, one point at a time, so that only the order breaks their ties. Every tenth command is sent twice. */
function makeBatches(random: () => number): ScoreCommand[][] {
  const commands = Array.from({ length: COMMANDS }, (_, i) => ({
    commandId: randomUUID(),
    userId: `user-${i % USERS}`,
    scoreIncrement: i % USERS < USERS / 2 ? 1 : 1 + Math.floor(random() * 3),
  }));
  const sent = [...commands, ...commands.filter((_, i) => i % 10 === 0)]
    .map((command, i) => ({ command, place: (i % COMMANDS) + random() * 2_000 }))
    .sort((a, b) => a.place - b.place)
    .map(({ command }) => command);
  const batches: ScoreCommand[][] = [];
  while (sent.length) batches.push(sent.splice(0, 1 + Math.floor(random() * 500)));
  return batches;
}

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL'], 'two workers on one ledger and one leaderboard', () => {
  const makeNode = useNodes('ordering-spec');
  const random = randomFrom(SEED);
  const faults = new Set<string>();

  async function makeWorker() {
    const { database, ledger, leaderboard: reliable, feed } = await makeNode();
    const leaderboard = new UnreliableLeaderboard(reliable, random);
    const log = { report: (what: string) => void faults.add(what) };
    const projection = new ProjectStandings(leaderboard, feed, log, new ScoreboardEvents());
    const follow = new FollowLedger(ledger, leaderboard, new RebuildLeaderboard(ledger, leaderboard, feed), feed);
    const task = new IntervalTask(() => follow.look(), () => faults.add('a look failed'));
    task.start(100);
    return { apply: new ApplyScores(ledger, projection, new ScoreboardEvents(), new PostgresGuestClaims(database)), projection, task, leaderboard };
  }

  beforeAll(() => Logger.overrideLogger(false));

  it('agree on every score and rank, despite duplicate, late and lost deliveries', async () => {
    const { ledger, leaderboard, feed } = await makeNode();
    const workers = [await makeWorker(), await makeWorker()];
    const boardCache = new BoardCache(leaderboard, feed, new ScoreboardEvents());
    const shown: Board[] = [];
    const heard: Board[] = [];
    boardCache.onBoard((board) => shown.push(board));
    await feed.subscribe(({ board }) => board && heard.push(board));
    boardCache.start();

    const batches = makeBatches(random);
    const work = async ({ apply }: (typeof workers)[number]) => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) expect(await apply.execute(batch)).toEqual([]);
    };
    await Promise.all(workers.map(work));
    await Promise.all(workers.map(({ projection }) => projection.idle()));
    await Promise.all(workers.map((worker) => worker.leaderboard.arrived()));
    await eventually(async () => expect((await leaderboard.position())?.watermark).toBe((await ledger.head()).lastSeq));
    await Promise.all(workers.map(({ task }) => task.stop()));

    const order = await ledger.top(MAX_TOP);
    expect(order).toHaveLength(USERS);
    expect(await leaderboard.top(MAX_TOP)).toEqual(order);
    expect(order.slice(USERS / 2).map(({ score }) => score)).toEqual(Array(USERS / 2).fill(COMMANDS / USERS));
    expect(workers.reduce((sum, { apply }) => sum + apply.stats.applied, 0)).toBe(COMMANDS);

    for (const { userId, score } of order) {
      const history = await ledger.history(userId, COMMANDS);
      expect(new Set(history.map((item) => item.commandId)).size).toBe(COMMANDS / USERS);
      expect(history.reduce((sum, item) => sum + item.scoreIncrement, 0)).toBe(score);
    }

    await eventually(() => expect(boardCache.current()?.entries).toEqual(order.slice(0, 10)));
    await boardCache.stop();
    const revisions = shown.map((board) => board.revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    expect(shown.length).toBeGreaterThan(10);
    const contents = new Map(shown.map((board) => [board.revision, board.entries]));
    for (const board of heard) expect(contents.get(board.revision) ?? board.entries).toEqual(board.entries);
    expect(faults).toContain('standings were not projected');
  });
});
