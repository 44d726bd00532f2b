import { terminalText } from '@scoreboard/infrastructure/observability';

const REDRAW_MS = 100;
const LINE_EVERY_MS = 10_000;
const CLEAR = '\r\u001b[K';

let shownAt = performance.now();
let isShown = false;

/** Shows the progress of a long act on standard error: on a terminal a line that updates in place, otherwise a line every ten seconds. */
export function showProgress(done: number, unit: string, total?: number): void {
  const isTerminal = process.stderr.isTTY;
  if (performance.now() - shownAt < (isTerminal ? REDRAW_MS : LINE_EVERY_MS)) return;
  shownAt = performance.now();
  const text = terminalText(`${done}${total === undefined ? '' : ` of about ${total}`} ${unit}`);
  process.stderr.write(isTerminal ? CLEAR + text : `${text}\n`);
  isShown = isTerminal;
}

/** Clears the progress line on a terminal. */
export function clearProgress(): void {
  if (isShown) process.stderr.write(CLEAR);
  isShown = false;
}
