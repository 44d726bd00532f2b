import type { BoardInfo } from './boards';
import { timeLeft } from './time-left';
import type { Words } from './words';

export type ClockWords = Pick<Words, 'neverResets' | 'resetsIn' | 'resetsNow' | 'endsIn' | 'ended' | 'days' | 'hours' | 'minutes' | 'seconds'>;

/** Says in an element how long the period of a board lasts, each second. */
export class PeriodClock {
  private timer?: ReturnType<typeof setInterval>;

  constructor(
    private readonly element: HTMLElement,
    private readonly words: ClockWords,
  ) {}

  /** `ahead`: by how many ms the server's clock is ahead of this one. */
  count({ reset, period }: BoardInfo, ahead: number): void {
    clearInterval(this.timer);
    const { words } = this;
    const end = period!.end === null ? Infinity : Date.parse(period!.end);
    const [before, after] = reset ? [words.resetsIn, words.resetsNow] : [words.endsIn, words.ended];
    const tick = () => {
      const ms = end - Date.now() - ahead;
      this.say(ms === Infinity ? words.neverResets : ms > 0 ? before.replace('{time}', timeLeft(ms, words)) : after);
    };
    tick();
    this.timer = setInterval(tick, 1_000);
  }

  /** Stops, and says this instead. */
  stop(text = ''): void {
    clearInterval(this.timer);
    this.say(text);
  }

  private say(text: string): void {
    if (this.element.textContent !== text) this.element.textContent = text;
  }
}
