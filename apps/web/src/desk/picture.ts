import { make } from './dom';

const SVG = 'http://www.w3.org/2000/svg';
const MOST = 60;
const WIDTH = 240;
const HEIGHT = 48;

/** A small line of the last values of a number, with the newest one as text. */
export class Picture {
  private readonly values: number[] = [];
  private readonly newest = make('strong');
  private readonly line = document.createElementNS(SVG, 'polyline');

  constructor(
    place: HTMLElement,
    title: string,
    private readonly shown: (value: number) => string,
  ) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', `0 -2 ${WIDTH} ${HEIGHT + 4}`);
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('aria-hidden', 'true'); // the text has the newest value
    svg.append(this.line);
    place.append(make('figure', {}, make('figcaption', {}, title, ' ', this.newest), svg));
  }

  add(value: number): void {
    this.values.push(value);
    if (this.values.length > MOST) this.values.shift();
    this.newest.textContent = this.shown(value);
    const most = Math.max(1, ...this.values);
    const points = this.values.map((each, i) => `${(((MOST - this.values.length + i) * WIDTH) / (MOST - 1)).toFixed(1)},${(HEIGHT - (each / most) * HEIGHT).toFixed(1)}`);
    this.line.setAttribute('points', points.join(' '));
  }
}
