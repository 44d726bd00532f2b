import type { DayScore, PlayerPage } from '@scoreboard/application';
import { type ChartPoint, chartPoints } from './points-chart';
import { encodePng } from './png';

const WIDTH = 1_200;
const HEIGHT = 630;
const MARGIN = 90;
/** Paper, area and line: those of the page's dark theme, on which most previews stand out. */
const COLORS = ['090b14', '1e2246', '8f9bff'];
const AREA = 1;
const LINE = 2;
/** Half the thickness of the line. */
const PEN = 4;
/** Three steps of a podium, for a player whose points over time are not public. */
const PODIUM: readonly DayScore[] = [2, 2, 2, 3, 3, 3, 1, 1, 1].map((score) => ({ date: '', score }));

/**
 * The picture of a link preview, as a PNG without text, which the preview has beside it: previews take no SVG, and text would need fonts. Shows the points over time where
 * they are public.
 */
export function previewPicture({ activity }: Pick<PlayerPage, 'activity'>): Buffer {
  const pixels = new Uint8Array(WIDTH * HEIGHT);
  const points = chartPoints(activity?.days ?? PODIUM, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN).map(({ x, y }) => ({ x: x + MARGIN, y: y + MARGIN }));
  for (const [i, from] of points.slice(0, -1).entries()) drawArea(pixels, from, points[i + 1]!);
  for (const [i, from] of points.slice(0, -1).entries()) drawLine(pixels, from, points[i + 1]!);
  return encodePng({ width: WIDTH, height: HEIGHT, pixels, colors: COLORS });
}

/** Fills what is below a part of the line. */
function drawArea(pixels: Uint8Array, from: ChartPoint, to: ChartPoint): void {
  for (let x = Math.round(from.x); x <= Math.round(to.x); x++) {
    const top = Math.round(from.y + ((to.y - from.y) * (x - from.x)) / (to.x - from.x));
    for (let y = Math.max(MARGIN, top); y <= HEIGHT - MARGIN; y++) pixels[y * WIDTH + x] = AREA;
  }
}

/** Draws a part of the line with a square pen, so that it is as thick where it is steep. */
function drawLine(pixels: Uint8Array, from: ChartPoint, to: ChartPoint): void {
  const steps = Math.ceil(Math.max(to.x - from.x, Math.abs(to.y - from.y)));
  for (let step = 0; step <= steps; step++) {
    const [x, y] = [Math.round(from.x + ((to.x - from.x) * step) / steps), Math.round(from.y + ((to.y - from.y) * step) / steps)];
    for (let row = y - PEN; row <= y + PEN; row++) pixels.fill(LINE, row * WIDTH + x - PEN, row * WIDTH + x + PEN + 1);
  }
}
