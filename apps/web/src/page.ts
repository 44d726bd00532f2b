export interface RankedScore {
  readonly rank: number;
  readonly userId: string;
  readonly score: number;
}

export interface Board {
  readonly revision: number;
  readonly entries: readonly RankedScore[];
}

export interface Me {
  readonly userId: string;
  readonly score: number;
  /** Null for a player who stands on no board. */
  readonly rank: number | null;
}

export type ConnectionState = 'Live' | 'Reconnecting…' | 'Offline';

const find = <E extends HTMLElement = HTMLElement>(selector: string): E => document.querySelector<E>(selector)!;

/** Everything the page shows. Names come from strangers: they are set as text, never as markup. */
export class Page {
  private readonly rows = find('tbody');
  private readonly status = find('[role=status]');
  private readonly me = find('[data-me]');
  private readonly note = find('[data-note]');
  private board?: Board;
  private userId?: string;

  showBoard(board: Board): void {
    this.board = board;
    this.rows.replaceChildren(...board.entries.map((entry) => this.row(entry)));
    find('[data-empty]').hidden = board.entries.length > 0;
  }

  showState(state: ConnectionState): void {
    this.status.textContent = state;
    this.status.dataset.state = state === 'Live' ? 'live' : 'offline';
  }

  showMe({ userId, score, rank }: Me): void {
    const isNew = userId !== this.userId;
    this.userId = userId;
    this.me.textContent = `You: ${score} ${score === 1 ? 'point' : 'points'}${rank === null ? '' : `, place ${rank}`}`;
    if (isNew && this.board) this.showBoard(this.board);
  }

  showNote(text: string): void {
    this.note.textContent = text;
  }

  /** Offers the button that earns points. */
  offerPlay(onTry: () => void): void {
    find('[data-play]').hidden = false;
    find('[data-try]').addEventListener('click', onTry);
  }

  private row({ rank, userId, score }: RankedScore): HTMLTableRowElement {
    const row = document.createElement('tr');
    Object.assign(row.dataset, { user: userId, score: String(score), rank: String(rank) });
    if (userId === this.userId) row.setAttribute('aria-current', 'true');
    for (const text of [String(rank), userId, score.toLocaleString('en')]) row.insertCell().textContent = text;
    return row;
  }
}
