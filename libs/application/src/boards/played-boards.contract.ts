import type { BoardDefinition, BoardPeriod, GuestClaims, LedgerAdjustments, RankedScore, ScoreCommand, ScoreLedger } from '@scoreboard/domain';
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
  readonly claims: GuestClaims;
  readonly leaderboards: Leaderboards;
  readonly published: PublishedBoards;
}

const HOUR = 3_600_000;
/** How often the worker looks at the boards. */
const STEP = 6 * HOUR;
const zones = ['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu'];
const BOARDS: readonly BoardDefinition[] = [
  ...zones.map((timezone, i) => ({ id: `day-${i}`, reset: 'daily' as const, timezone, keep: 1_000 })),
  { id: 'week', reset: 'weekly', timezone: 'Europe/Berlin', weekStartsOn: 'sunday', keep: 1_000 },
  { id: 'month', reset: 'monthly', timezone: 'Asia/Kathmandu', keep: 1_000 },
  { id: 'year', reset: 'yearly', timezone: 'America/Sao_Paulo', keep: 1_000 },
  { id: 'quiz', reset: 'weekly', timezone: 'UTC', actions: ['quiz-*'], keep: 1_000 },
];

/** The points of each user in each period, and the ranks in it, as somebody says. */
export interface PlayedBoards {
  readonly totals: Readonly<Record<string, ReadonlyMap<string, number>>>;
  readonly ranks: Readonly<Record<string, readonly RankedScore[]>>;
  /** The periods that are closed. */
  readonly closed: readonly string[];
}

/**
 * Plays a life of boards by a made clock: updates, late ones among them, reversals, users who are hidden, guests who are claimed, and every boundary. A worker looks at the boards every six hours
 * of the made time. Resolves with what the ledger and the leaderboards say in the end, and with what a plain sum over all that was accepted says. Rejects if a leaderboard
 * could not be written.
 */
export async function playBoards({ store, ledger, adjustments, claims, leaderboards, published }: PlayedParts, from: string, days: number): Promise<{ readonly played: PlayedBoards; readonly summed: PlayedBoards }> {
  const random = randomFrom(days);
  let now = Date.parse(from);
  const began = now;
  const keep = new KeepBoards(store, published, { isAppliedUpTo: async () => true, report: async () => undefined, leave: async () => undefined }, BOARDS, () => now);
  const follow = new FollowPeriods(ledger, leaderboards);
  let catalog = await keep.look();
  const boards = { get catalog() { return catalog; } };
  const project = new ProjectPeriods(leaderboards, { report: fail }, boards, () => now);
  /** What a plain sum says, by board and period: the points of each user. */
  const sums = new Map<string, Map<string, number>>();
  const closedUntil = new Map<string, number>();
  const counted = new Map<ScoreCommand, readonly string[]>();
  const closed = new Set<string>();

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

  const claimed = new Map<string, string>();
  const newest = new Map<string, number>();
  /** What moved from guests: their history says which commands, and a plain sum moves their points in the periods that are open. */
  const move = async () => {
    for (const player of new Set(claimed.values())) {
      const items = (await ledger.history(player, 1_000)).filter(({ seq, movedFrom }) => movedFrom && seq > (newest.get(player) ?? 0));
      for (const { commandId, movedFrom, scoreIncrement } of items) {
        const [command, periods] = [...counted].find(([{ commandId: id }]) => id === movedFrom)!;
        const open = periods.filter((id) => !closed.has(id));
        for (const id of open) addTo(id, command.userId, -scoreIncrement);
        for (const id of open) addTo(id, player, scoreIncrement);
        counted.set({ commandId, userId: player, scoreIncrement }, open);
        newest.set(player, Math.max(newest.get(player) ?? 0, items[0]!.seq));
      }
    }
  };

  for (const until = now + days * 24 * HOUR; now < until; now += STEP) {
    const commands = Array.from({ length: 5 }, (): ScoreCommand => {
      const ago = random() < 0.1 ? random() * 30 * HOUR : random() * STEP;
      return { commandId: newCommandId(), userId: random() < 0.2 ? `guest-${String(Math.floor(random() * 40)).padStart(12, '0')}` : `user-${Math.floor(random() * 8)}`, scoreIncrement: 1 + Math.floor(random() * 5), acceptedAt: Math.floor(now - ago), action: random() < 0.5 ? 'quiz-1' : undefined };
    });
    project.add(await ledger.apply(commands));
    for (const command of commands) {
      counted.set(command, periodsOf(command));
      for (const id of periodsOf(command)) addTo(id, command.userId, command.scoreIncrement);
    }
    const queued = await claims.follow([...new Set(commands.map(({ userId }) => userId))]);
    if (queued) project.add(queued);
    const guest = [...counted.keys()].map(({ userId }) => userId).find((userId) => userId.startsWith('guest-') && !claimed.has(userId));
    if (guest && random() < 0.3) {
      const player = `user-${Math.floor(random() * 8)}`;
      const claim = await claims.claim(guest, player, { points: 1_000_000, updates: 1_000_000 });
      if (typeof claim !== 'string') {
        project.add(claim);
        claimed.set(guest, player);
      }
    }
    await move();
    if (random() < 0.2) {
      const command = [...counted.keys()][Math.floor(random() * counted.size)]!;
      const reversal = await adjustments.reverse([command.commandId]);
      project.add(reversal);
      if (reversal.reversed) for (const id of counted.get(command)!) addTo(id, command.userId, -command.scoreIncrement);
    }
    if (random() < 0.05) project.add(await adjustments.setHidden('user-7', random() < 0.5, { reason: 'a test', by: 'mod' }));
    await project.idle();
    catalog = await keep.look();
    await keep.tellClosings(); // so the ledger reads closed periods by their order
    for (const { periods } of catalog.boards) for (const { board, id, end, closedAt } of periods) {
      if (!closedAt) continue;
      closedUntil.set(board, Math.max(end!, closedUntil.get(board) ?? 0));
      closed.add(nameOf({ board, id }));
    }
    await follow.look(catalog, now);
  }
  const periods = catalog.boards.flatMap((board) => board.periods);
  const begun = periods.filter(({ start }) => start <= now - STEP);
  return {
    played: {
      totals: await each(periods, async ({ key }) => new Map((await ledger.ofPeriod(key).standings(undefined, 1_000)).map(({ userId, score }) => [userId, score]))),
      ranks: await each(begun, ({ key }) => leaderboards.of(key).top(10)),
      closed: periods.filter(({ closedAt }) => closedAt !== undefined).map(nameOf),
    },
    summed: {
      totals: { ...(await each(periods, async () => new Map())), ...Object.fromEntries(sums) },
      ranks: await each(begun, ({ key }) => ledger.ofPeriod(key).top(10)),
      closed: periods.filter(({ end }) => end! <= now - STEP).map(nameOf),
    },
  };
}

const nameOf = ({ board, id }: Pick<BoardPeriod, 'board' | 'id'>): string => `${board} ${id}`;

/** One value per period, by its name. */
const each = async <T>(periods: readonly BoardPeriod[], read: (period: BoardPeriod) => Promise<T>): Promise<Record<string, T>> =>
  Object.fromEntries(await Promise.all(periods.map(async (period) => [nameOf(period), await read(period)] as const)));

function fail(what: string, error: unknown): never {
  throw new Error(what, { cause: error });
}
