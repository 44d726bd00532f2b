import { type BoardDefinition, type BoardPeriod, type LedgerAdjustments, type ScoreCommand, type ScoreLedger } from '@scoreboard/domain';
import { randomFrom } from '@scoreboard/domain/leaderboard-samples.contract';
import { newCommandId } from '../scores/command-id';
import type { BoardStore } from './board-store';
import { FollowPeriods } from './follow-periods';
import { KeepBoards } from './keep-boards';
import type { Leaderboards } from './leaderboards';
import { periodAfter, periodAt } from './periods';
import { ProjectPeriods } from './project-periods';
import type { PublishedBoards } from './published-boards';

export interface PlayedParts {
  readonly store: BoardStore;
  readonly ledger: ScoreLedger;
  readonly adjustments: LedgerAdjustments;
  readonly leaderboards: Leaderboards;
  readonly published: PublishedBoards;
}

const HOUR = 3_600_000;
const zones = ['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu'];
const BOARDS: readonly BoardDefinition[] = [
  ...zones.map((timezone, i) => ({ id: `day-${i}`, reset: 'daily' as const, timezone, keep: 1_000 })),
  { id: 'week', reset: 'weekly', timezone: 'Europe/Berlin', weekStartsOn: 'sunday', keep: 1_000 },
  { id: 'month', reset: 'monthly', timezone: 'Asia/Kathmandu', keep: 1_000 },
  { id: 'year', reset: 'yearly', timezone: 'America/Sao_Paulo', keep: 1_000 },
  { id: 'quiz', reset: 'weekly', timezone: 'UTC', actions: ['quiz-*'], keep: 1_000 },
];

/**
 * Plays a life of boards by a made clock: updates, late ones among them, reversals, users who are hidden, and every boundary. Then compares each period with a plain sum
 * over what was accepted. A worker looks at the boards every six hours of the made time.
 */
export async function playBoards({ store, ledger, adjustments, leaderboards, published }: PlayedParts, from: string, days: number): Promise<void> {
  const random = randomFrom(days);
  let now = Date.parse(from);
  const began = now;
  const keep = new KeepBoards(store, published, { isAppliedUpTo: async () => true, report: async () => undefined, leave: async () => undefined }, BOARDS, () => now);
  const follow = new FollowPeriods(ledger, leaderboards);
  let catalog = await keep.look();
  const boards = { get catalog() { return catalog; } };
  const faults: unknown[] = [];
  const project = new ProjectPeriods(leaderboards, { report: (_what, error) => void faults.push(error) }, boards, () => now);
  /** What a plain sum says, by board and period: the points of each user. */
  const sums = new Map<string, Map<string, number>>();
  const closedUntil = new Map<string, number>();
  const counted = new Map<ScoreCommand, readonly string[]>();

  const periodsOf = (command: ScoreCommand): readonly string[] =>
    BOARDS.flatMap((board) => {
      if (board.actions && !command.action?.startsWith('quiz-')) return [];
      const period = periodAt(board, command.acceptedAt!)!;
      if (period.end! <= began) return []; // before the board
      const until = closedUntil.get(board.id) ?? 0;
      if (period.end! > until) return [`${board.id} ${period.id}`];
      return period.end === until ? [`${board.id} ${periodAfter(board, period)!.id}`] : [];
    });
  const addTo = (id: string, userId: string, points: number) => {
    const sum = sums.get(id) ?? new Map<string, number>();
    sums.set(id, sum.set(userId, (sum.get(userId) ?? 0) + points));
  };

  for (const until = now + days * 24 * HOUR; now < until; now += 6 * HOUR) {
    const commands = Array.from({ length: 5 }, (): ScoreCommand => {
      const ago = random() < 0.1 ? random() * 30 * HOUR : random() * 6 * HOUR;
      return { commandId: newCommandId(), userId: `user-${Math.floor(random() * 8)}`, scoreIncrement: 1 + Math.floor(random() * 5), acceptedAt: Math.floor(now - ago), action: random() < 0.5 ? 'quiz-1' : undefined };
    });
    project.add(await ledger.apply(commands));
    for (const command of commands) {
      counted.set(command, periodsOf(command));
      for (const id of periodsOf(command)) addTo(id, command.userId, command.scoreIncrement);
    }
    if (random() < 0.2) {
      const command = [...counted.keys()][Math.floor(random() * counted.size)]!;
      const reversal = await adjustments.reverse([command.commandId]);
      project.add(reversal);
      if (reversal.reversed) for (const id of counted.get(command)!) addTo(id, command.userId, -command.scoreIncrement);
    }
    if (random() < 0.05) project.add(await adjustments.setHidden('user-7', random() < 0.5, { reason: 'a test', by: 'mod' }));
    await project.idle();
    catalog = await keep.look();
    for (const { periods } of catalog.boards) for (const { board, end, closedAt } of periods) if (closedAt) closedUntil.set(board, Math.max(end!, closedUntil.get(board) ?? 0));
    await follow.look(catalog, now);
  }
  await expectSums(catalog.boards.flatMap(({ periods }) => periods), now);
  expect(faults).toEqual([]);

  async function expectSums(periods: readonly BoardPeriod[], at: number) {
    const shown = async ({ key }: BoardPeriod) => new Map((await ledger.ofPeriod(key).standings(undefined, 1_000)).map(({ userId, score }) => [userId, score]));
    const expected = Object.fromEntries(periods.map(({ board, id }) => [`${board} ${id}`, sums.get(`${board} ${id}`) ?? new Map()]));
    const found = Object.fromEntries(await Promise.all(periods.map(async (period) => [`${period.board} ${period.id}`, await shown(period)] as const)));
    expect(found).toEqual(expected);
    expect([...sums.keys()].filter((id) => !(id in found))).toEqual([]);
    // Every period that has begun: closed once it has ended, and ranked as the ledger ranks it.
    const begun = periods.filter(({ start }) => start <= at - 6 * HOUR);
    expect(begun.filter(({ end, closedAt }) => (end! <= at - 6 * HOUR) !== (closedAt !== undefined))).toEqual([]);
    for (const { key } of begun) expect(await leaderboards.of(key).top(10)).toEqual(await ledger.ofPeriod(key).top(10));
  }
}
