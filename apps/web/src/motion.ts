import { compact, exact } from './numbers';

const GLIDE = 'glide';
const GLIDE_MS = 500;
const FLASH_MS = 1_100;
const GAIN_MS = 1_400;
const MOVED_MS = 2_500;
const LIT = { backgroundColor: 'color-mix(in srgb, var(--gain) 15%, var(--card))', boxShadow: '0 0 0 2px var(--gain)' };

/** Users who prefer reduced motion see color changes but no movement. */
const isStill = matchMedia('(prefers-reduced-motion: reduce)');

/** Whether the page is visible. */
export const isSeen = (): boolean => document.visibilityState === 'visible';

/** Cancels a running glide: the row jumps to its place. */
export function endGlide(row: HTMLElement): void {
  for (const animation of row.getAnimations()) if (animation.id === GLIDE) animation.cancel();
}

/** Animates a row from `fromTop`, its last visible position, to its place. */
export function glide(row: HTMLElement, fromTop: number): void {
  const distance = fromTop - row.getBoundingClientRect().top;
  if (Math.abs(distance) < 1 || isStill.matches) return;
  row.animate([{ transform: `translateY(${distance}px)` }, { transform: 'none' }], { id: GLIDE, duration: GLIDE_MS, easing: 'cubic-bezier(.2,.8,.2,1)' });
}

/** Animates a row that is new on the board. */
export function appear(row: HTMLElement): void {
  const keyframes = isStill.matches ? [{ opacity: 0 }, { opacity: 1 }] : [{ opacity: 0, transform: 'translateY(1.5rem)' }, { opacity: 1, transform: 'none' }];
  row.animate(keyframes, { duration: GLIDE_MS, easing: 'ease-out' });
}

const moveTimers = new WeakMap<HTMLElement, ReturnType<typeof setTimeout>>();

/** Marks for a short time whether a row moved up or down. */
export function markMove(row: HTMLElement, direction: 'up' | 'down'): void {
  row.dataset.moved = direction;
  clearTimeout(moveTimers.get(row));
  moveTimers.set(row, setTimeout(() => delete row.dataset.moved, MOVED_MS));
}

/** Lights up a row and shows the gain next to its score; gains in quick succession are added up. Hidden from screen readers, which read the score. */
export function flashGain(row: HTMLTableRowElement, gain: number): void {
  row.cells[0]!.animate([LIT, {}], { duration: FLASH_MS, easing: 'ease-out', pseudoElement: '::before' });
  const shown = row.querySelector<HTMLElement>('[data-gain]');
  const chip = document.createElement('span');
  chip.dataset.gain = String(gain + Number(shown?.dataset.gain ?? 0));
  chip.ariaHidden = 'true';
  const sum = Number(chip.dataset.gain);
  chip.textContent = `+${compact(sum) ?? exact(sum)}`;
  shown?.remove();
  row.cells[2]!.append(chip);
  const end = isStill.matches ? { opacity: 0 } : { opacity: 0, transform: 'translateY(-0.9em)' };
  chip.animate([{ opacity: 1 }, { opacity: 1, offset: 0.6 }, end], { duration: GAIN_MS, easing: 'ease-in' }).onfinish = () => chip.remove();
}
