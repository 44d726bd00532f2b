import type { DayScore } from '@scoreboard/application';

/** A point of a line in a box: x from the left, y from the top. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

/** The scores as points of a box: the first day at the left, the last at the right, 0 at the bottom and the highest score at the top. */
export function chartPoints(days: readonly DayScore[], width: number, height: number): readonly ChartPoint[] {
  const most = Math.max(1, ...days.map(({ score }) => score));
  const step = width / Math.max(1, days.length - 1);
  return days.map(({ score }, i) => ({ x: i * step, y: height - (score / most) * height }));
}

const WIDTH = 600;
const HEIGHT = 160;
/** Room for the line at the edges. */
const EDGE = 4;

/** The scores as an inline SVG picture, drawn by attributes alone: the page's Content-Security-Policy allows no inline styles. `label`: already escaped. */
export function pointsChart(days: readonly DayScore[], label: string): string {
  const line = chartPoints(days, WIDTH, HEIGHT).map(({ x, y }) => `${x.toFixed(1)},${(y + EDGE).toFixed(1)}`);
  const bottom = HEIGHT + EDGE;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 2 * EDGE}" role="img" aria-label="${label}" preserveAspectRatio="none">` +
    `<polygon data-area points="0,${bottom} ${line.join(' ')} ${WIDTH},${bottom}"/><polyline data-line points="${line.join(' ')}"/></svg>`
  );
}
