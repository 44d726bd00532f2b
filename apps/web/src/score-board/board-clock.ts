import { GLOBAL, readBoards } from '../boards';
import { type ClockWords, PeriodClock } from '../period-clock';

const AGAIN_MS = 5_000;

/** How long the period of an element's board lasts; empty for `global`, which never ends. Follows the periods that the server announces. */
export class BoardClock {
  private readonly clock: PeriodClock;
  private asked?: string;
  private turn = 0;
  private again?: ReturnType<typeof setTimeout>;

  constructor(element: HTMLElement, words: ClockWords) {
    this.clock = new PeriodClock(element, words);
  }

  /** Call it with each board; `server` is the api's address. Reads once for each period. */
  show(server: string, board: string, period?: string): void {
    const asked = `${server} ${board} ${period}`;
    if (asked === this.asked) return;
    this.stop();
    this.asked = asked;
    if (board !== GLOBAL) void this.read(server, board, period);
  }

  stop(): void {
    this.turn++;
    this.asked = undefined;
    clearTimeout(this.again);
    this.clock.stop();
  }

  private async read(server: string, board: string, period?: string): Promise<void> {
    const turn = this.turn;
    const answer = await readBoards(server).catch((error: unknown) => void console.error(error));
    if (turn !== this.turn) return;
    const info = answer?.boards.find(({ id }) => id === board);
    if (answer && info?.period) this.clock.count(info, answer.now - Date.now());
    // Another process may not know the announced period yet.
    if (info?.period?.id !== period) this.again = setTimeout(() => void this.read(server, board, period), AGAIN_MS);
  }
}
