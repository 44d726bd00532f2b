import type { Words } from './words';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000] as const;

/** A time in its two largest units, rounded down: `3 h 12 min`. */
export function timeLeft(ms: number, units: Pick<Words, 'days' | 'hours' | 'minutes' | 'seconds'>): string {
  const of = (unit: keyof typeof units, value: number) => units[unit].replace('{n}', String(Math.floor(value)));
  if (ms >= DAY) return `${of('days', ms / DAY)} ${of('hours', (ms % DAY) / HOUR)}`;
  if (ms >= HOUR) return `${of('hours', ms / HOUR)} ${of('minutes', (ms % HOUR) / MINUTE)}`;
  return ms >= MINUTE ? of('minutes', ms / MINUTE) : of('seconds', Math.max(0, ms / SECOND));
}
