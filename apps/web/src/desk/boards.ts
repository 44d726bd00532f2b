import { button, moment, number } from './dom';
import { DeskTable } from './table';
import type { Desk, View } from './view';
import { find } from '../find';

interface Period {
  readonly id: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly closedAt?: string | null;
}

interface Board {
  readonly id: string;
  readonly reset?: string;
  readonly timezone?: string;
  readonly period?: Period;
  readonly players: number;
}

interface Client {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly revokedAt?: string;
}

const when = (at: string | null | undefined, otherwise: string): Node | string => (at ? moment(at) : otherwise);

/** The boards with their periods, and the clients: to read only. */
export class BoardsView implements View {
  private readonly boards: DeskTable<Board>;
  private readonly periods: DeskTable<Period>;
  private chosen?: string;

  constructor(private readonly desk: Desk) {
    this.boards = new DeskTable(find('[data-boards]'), {
      name: 'Boards',
      empty: 'No boards.',
      columns: [
        { title: 'Board', cell: ({ id }: Board) => id },
        { title: 'Resets', cell: ({ reset = 'never', timezone }) => (timezone ? `${reset}, ${timezone}` : reset) },
        { title: 'Period', cell: ({ period }) => period?.id ?? 'not begun' },
        { title: 'Ends', cell: ({ period }) => when(period?.end, 'never') },
        { title: 'Players', cell: ({ players }) => number(players) },
        { title: 'Acts', cell: ({ id }) => button('Show periods', () => this.choose(id), id) },
      ],
      read: async () => ({ items: await desk.api.get<readonly Board[]>('/api/boards') }),
    });
    this.periods = new DeskTable(find('[data-periods]'), {
      name: 'Periods, newest first',
      empty: 'No periods.',
      columns: [
        { title: 'Period', cell: ({ id }: Period) => id },
        { title: 'Starts', cell: ({ start }) => when(start, 'always') },
        { title: 'Ends', cell: ({ end }) => when(end, 'never') },
        { title: 'Closed', cell: ({ closedAt }) => when(closedAt, 'not closed') },
      ],
      read: async () => ({ items: await desk.api.get<readonly Period[]>(`/api/boards/${this.chosen!}/periods`) }),
    });
  }

  open(): void {
    void this.boards.load();
    if (this.chosen) void this.periods.load();
  }

  private choose(board: string): void {
    this.periods.clear();
    this.chosen = board;
    find('[data-periods-title]').textContent = `Periods of ${board}`;
    find('[data-periods-of]').hidden = false;
    void this.periods.load();
  }
}

/** The services that may get tokens. */
export class ClientsView implements View {
  private readonly table: DeskTable<Client>;

  constructor(desk: Desk) {
    this.table = new DeskTable(find('[data-clients]'), {
      name: 'Clients',
      empty: 'No clients.',
      columns: [
        { title: 'Client', cell: ({ id }: Client) => id },
        { title: 'Scopes', cell: ({ scopes }) => scopes.join(' ') },
        { title: 'Since', cell: ({ createdAt }) => moment(createdAt) },
        { title: 'Revoked', cell: ({ revokedAt }) => when(revokedAt, 'no') },
      ],
      read: () => desk.api.get('/api/operator/clients'),
    });
  }

  open(): void {
    void this.table.load();
  }
}
