import { showAgain } from './acts';
import { button, make, moment } from './dom';
import { DeskTable, type Page } from './table';
import type { Desk, View } from './view';
import { find } from '../find';

interface HiddenUser {
  readonly userId: string;
  readonly since: string;
  readonly reason: string | null;
  readonly by: string | null;
}

/** The hidden users: since when, why and by whom. */
export class HiddenView implements View {
  private readonly table: DeskTable<HiddenUser>;

  /** Calls `choose` with a user to look at. */
  constructor(desk: Desk, choose: (userId: string) => void) {
    this.table = new DeskTable(find('[data-hidden-users]'), {
      name: 'Hidden users, most recently hidden first',
      empty: 'Nobody is hidden.',
      columns: [
        { title: 'User id', cell: ({ userId }: HiddenUser) => make('bdi', {}, userId) },
        { title: 'Since', cell: ({ since }) => moment(since) },
        { title: 'Why', cell: ({ reason }) => make('bdi', {}, reason ?? 'unknown') },
        { title: 'By', cell: ({ by }) => make('bdi', {}, by ?? 'unknown') },
        {
          title: 'Acts',
          cell: ({ userId }) =>
            make('span', { 'data-acts': true }, button('Open', () => choose(userId), userId), button('Show again…', () => desk.ask(showAgain(userId), () => this.open()), userId)),
        },
      ],
      read: (cursor) => desk.api.get<Page<HiddenUser>>(`/api/moderation/hidden?limit=50${cursor ? `&cursor=${cursor}` : ''}`),
    });
  }

  open(): void {
    void this.table.load();
  }
}
