import { type BoardInfo, GLOBAL, readBoards, readPeriods, readStreak, readWinners, type Winner } from './boards';
import { find } from './find';
import { exact, LANGUAGE } from './numbers';
import { PeriodClock } from './period-clock';
import { fill, words } from './words';

/** How long after a failure, or while the last period is not closed, the server is asked again. */
const AGAIN_MS = 5_000;
const BEFORE = { daily: words.yesterday, weekly: words.lastWeek, monthly: words.lastMonth, yearly: words.lastYear } as const;

/** Two lines above the rows: how long the period of the board lasts, and the first three of the one before, or from when the board counts. Their height is reserved. */
export class PeriodLines {
  private readonly clock = new PeriodClock(find('[data-left]'), words);
  private readonly winners = find('[data-winners]');
  private board?: string;
  /** The period that was announced, and the one that the server has listed. */
  private period?: string;
  private listed?: string;
  /** Set while the board lacks what was before it was added. */
  private countsFrom?: string;
  private best: readonly HTMLElement[] = [];
  /** Answers to earlier questions are ignored. */
  private turn = 0;
  private againTimer?: ReturnType<typeof setTimeout>;

  /** Shows the lines of a board; `period` is the one that the server has announced, if known, with the moment from which it counts. Does nothing if it is shown already. */
  show(board: string, period?: string, countsFrom?: string): void {
    if (board === this.board && countsFrom !== this.countsFrom) this.showBest(this.best, countsFrom);
    if (board === this.board && (period === undefined || period === this.period)) return;
    this.period = period;
    if (board === this.board && (this.listed ?? period) === period) return; // it is listed, or being read
    this.board = board;
    this.clear();
    this.showBest([], countsFrom);
    if (board === GLOBAL) this.clock.stop(words.neverResets);
    else void this.read(board);
  }

  private clear(): void {
    this.turn++;
    this.listed = undefined;
    clearTimeout(this.againTimer);
    this.clock.stop();
  }

  private async read(board: string): Promise<void> {
    const turn = ++this.turn;
    const again = () => (this.againTimer = setTimeout(() => void this.read(board), AGAIN_MS));
    try {
      const { boards, now } = await readBoards();
      const info = boards.find(({ id }) => id === board);
      const isOver = info?.period?.end && Date.parse(info.period.end) <= now;
      const ended = isOver || !info?.period ? [] : (await readPeriods(board)).filter(({ id }) => id !== info.period!.id);
      const [before] = ended;
      const winners = before ? await readWinners(board, before.id) : [];
      const streak = winners.length ? await readStreak(board, ended, winners[0]!) : 0;
      if (turn !== this.turn) return;
      if (info?.period) this.clock.count(info, now - Date.now());
      if (info) this.congratulate(info, before?.id, winners, streak);
      // Another process may not know the announced period yet. What was accepted before its end may be counted late.
      const isBehind = this.period !== undefined && info?.period?.id !== this.period;
      this.listed = isBehind ? undefined : info?.period?.id;
      if (isBehind || before?.closedAt === null) again();
    } catch (error) {
      if (turn !== this.turn) return;
      console.error(error);
      again();
    }
  }

  private congratulate({ reset }: BoardInfo, period: string | undefined, winners: readonly Winner[], streak: number): void {
    const names: HTMLElement[] = winners.map(({ userId, name = userId }) => {
      const winner = document.createElement('bdi');
      Object.assign(winner, { textContent: name, title: name }).dataset.winner = userId;
      return winner;
    });
    if (streak > 1) names.splice(1, 0, streakOf(streak));
    const title = Object.assign(document.createElement('span'), { textContent: `${reset ? BEFORE[reset] : period}:` });
    this.showBest(names.length ? [title, ...names] : [], this.countsFrom);
  }

  private showBest(best: readonly HTMLElement[], countsFrom?: string): void {
    this.best = best;
    this.countsFrom = countsFrom;
    const since = countsFrom && fill(words.countsSince, { time: new Date(countsFrom).toLocaleString(LANGUAGE.toString(), { dateStyle: 'medium', timeStyle: 'short' }) });
    this.winners.replaceChildren(...(since ? [since] : best));
  }
}

/** How many periods in a row the winner before it has won. */
function streakOf(periods: number): HTMLElement {
  const streak = document.createElement('span');
  streak.dataset.streak = String(periods);
  streak.textContent = fill(words.streak, { n: exact(periods) });
  return streak;
}
