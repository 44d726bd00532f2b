import type { DayScore, PlayerPage } from '@scoreboard/application';
import { chartPoints } from './points-chart';
import { encodePng } from './png';

const WIDTH = 1_200;
const HEIGHT = 630;
const MARGIN = 90;
/** Paper, area and line: those of the page's dark theme, on which most previews stand out. */
const COLORS = ['090b14', '1e2246', '8f9bff'];
const [AREA, LINE] = [1, 2];
const STROKE = 5;
/** Three steps of a podium, for a player whose points over time are not public. */
const PODIUM: readonly DayScore[] = [2, 2, 2, 3, 3, 3, 1, 1, 1].map((score) => ({ date: '', score }));

/**
 * The picture of a link preview, as a PNG without text, which the preview has beside it: previews take no SVG, and text would need fonts. Shows the points over time where
 * they are public.
 */
export function previewPicture({ activity }: Pick<PlayerPage, 'activity'>): Buffer {
  const pixels = new Uint8Array(WIDTH * HEIGHT);
  const points = chartPoints(activity?.days ?? PODIUM, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN);
  const step = (WIDTH - 2 * MARGIN) / (points.length - 1);
  let before = points[0]!.y;
  for (let column = 0; column < WIDTH - 2 * MARGIN; column++) {
    const [left, right] = [points[Math.floor(column / step)]!, points[Math.min(points.length - 1, Math.floor(column / step) + 1)]!];
    const y = left.y + (right.y - left.y) * ((column - left.x) / step);
    const [top, bottom] = [Math.min(y, before) - STROKE, Math.max(y, before) + STROKE].map((edge) => Math.round(edge) + MARGIN);
    for (let row = top!; row <= HEIGHT - MARGIN; row++) pixels[row * WIDTH + column + MARGIN] = row <= bottom! ? LINE! : AREA!;
    before = y;
  }
  return encodePng({ width: WIDTH, height: HEIGHT, pixels, colors: COLORS });
}
