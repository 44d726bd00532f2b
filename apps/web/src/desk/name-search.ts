import { button, make } from './dom';
import { draft, setDraft } from './drafts';
import { DeskTable } from './table';
import type { Desk } from './view';
import { find } from '../find';

interface NamedUser {
  readonly userId: string;
  readonly name: string;
}

const MOST = 50;

/** Finds users by the beginning of their name, also hidden ones. What was found stays after a reload. */
export class NameSearch {
  private readonly field = find<HTMLInputElement>('#user-name');
  private readonly table: DeskTable<NamedUser>;

  /** Calls `choose` with a user to look at. */
  constructor(desk: Desk, choose: (userId: string) => void) {
    this.table = new DeskTable(find('[data-found]'), {
      name: `Users whose name begins so, at most ${MOST}`,
      empty: 'Nobody has a name that begins so.',
      columns: [
        { title: 'Name', cell: ({ name }: NamedUser) => make('bdi', {}, name) },
        { title: 'User id', cell: ({ userId }) => make('bdi', {}, userId) },
        { title: 'Act', cell: ({ userId }) => button('Open', () => choose(userId), userId) },
      ],
      read: async () => ({ items: await desk.api.get<readonly NamedUser[]>(`/api/moderation/players?limit=${MOST}&name=${encodeURIComponent(draft('looked-for') ?? '')}`) }),
    });
    find('[data-find-name]').addEventListener('submit', (event) => {
      event.preventDefault();
      setDraft('looked-for', this.field.value);
      void this.table.load();
    });
  }

  open(): void {
    if (draft('looked-for')) void this.table.load();
  }
}
