import { type Me, type Scoreboard, SubmitError } from '@scoreboard/client';
import { find } from './find';

/** How long a player waits for a point before being told. */
const PATIENCE_MS = 15_000;

/** The part of the page where a stranger earns points. */
export class PlayPanel {
  private readonly me = find('[data-me]');
  private readonly note = find('[data-note]');

  /** Earns one point with each click on the button. */
  offer(board: Scoreboard): void {
    find('[data-try]').addEventListener('click', () => void this.earnPoint(board));
  }

  showMe({ score, rank }: Me): void {
    const place = rank === null ? [] : [', place ', strong(rank)];
    this.me.replaceChildren('You: ', strong(score), score === 1 ? ' point' : ' points', ...place);
    this.note.textContent = '';
  }

  forgetMe(): void {
    this.me.textContent = 'No points yet';
    this.note.textContent = 'Your time as this guest is over; the next point begins a new one.';
  }

  private async earnPoint(board: Scoreboard): Promise<void> {
    try {
      await board.submit(1, { giveUpAfterMs: PATIENCE_MS });
    } catch (error) {
      this.note.textContent = reason(error);
    }
  }
}

const reason = (error: unknown): string => {
  if (!(error instanceof SubmitError)) throw error;
  if (error.status === 429) return 'Too fast: wait a moment.';
  return error.status === undefined || error.status >= 500 ? 'The server cannot be reached now.' : 'The point was refused.';
};

function strong(value: number): HTMLElement {
  const element = document.createElement('strong');
  element.textContent = value.toLocaleString('en');
  return element;
}
