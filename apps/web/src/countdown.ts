import { fill, words } from './words';

/** A message in a live region, optionally with a countdown to the next attempt. Screen readers announce it once, not every second. */
export class Countdown {
  private text = '';
  private timer?: ReturnType<typeof setInterval>;

  constructor(private readonly element: HTMLElement) {}

  /** Removes the server's text, if `say` was not called yet. */
  dismiss(): void {
    if (!this.text) this.element.textContent = '';
  }

  /** Shows `text`, followed by a countdown of `ms` if given. */
  say(text: string, ms?: number): void {
    clearInterval(this.timer);
    this.element.ariaLive = text === this.text ? 'off' : 'polite';
    this.text = text;
    const end = performance.now() + (ms ?? 0);
    const show = () => (this.element.textContent = ms === undefined ? text : `${text} ${untilRetry(end)}`);
    show();
    if (ms === undefined) return;
    this.timer = setInterval(() => {
      this.element.ariaLive = 'off';
      show();
    }, 1_000);
  }
}

function untilRetry(end: number): string {
  const seconds = Math.ceil((end - performance.now()) / 1_000);
  return seconds > 0 ? fill(words.againIn, { n: String(seconds) }) : words.again;
}
