import { button, make, moment } from './dom';
import { setDraft } from './drafts';
import { text, time } from './fields';
import { DeskTable, type Page } from './table';
import type { Desk, View } from './view';
import { find } from '../find';

interface Entry {
  readonly at: string;
  readonly act: string;
  readonly actor: string;
  readonly target?: string;
  readonly reason?: string;
  readonly details?: unknown;
  readonly address?: string | null;
}

const FIELDS = ['act', 'actor', 'target'] as const;

/** The audit trail: who did what to whom, when and why. */
export class AuditView implements View {
  private readonly table: DeskTable<Entry>;

  constructor(private readonly desk: Desk) {
    this.table = new DeskTable(find('[data-audit]'), {
      name: 'Audit trail, newest first',
      empty: 'No entries.',
      columns: [
        { title: 'When', cell: ({ at }: Entry) => moment(at) },
        { title: 'Act', cell: ({ act }) => act },
        { title: 'By', cell: ({ actor }) => make('bdi', {}, actor) },
        { title: 'On', cell: ({ target = '' }) => make('bdi', {}, target) },
        { title: 'Why', cell: ({ reason = '' }) => make('bdi', {}, reason) },
        { title: 'Details', cell: ({ details }) => (details === undefined ? '' : make('code', {}, JSON.stringify(details))) },
        { title: 'Address', cell: ({ address }) => (address === null ? 'encrypted, no key' : (address ?? '')) },
      ],
      read: (cursor) => this.read(cursor),
    });
    find('[data-filters]').addEventListener('submit', (event) => {
      event.preventDefault();
      this.open();
    });
    find('[data-filters]').append(button('Clear', () => this.filter({})));
  }

  open(): void {
    void this.table.load();
  }

  /** Shows the entries about this target. */
  about(target: string): void {
    this.filter({ target });
    this.desk.go('audit');
  }

  private filter(filter: { readonly target?: string }): void {
    const values = { act: '', actor: '', from: '', to: '', target: '', ...filter };
    for (const [name, value] of Object.entries(values)) {
      find<HTMLInputElement>(`[data-audit-${name}]`).value = value;
      setDraft(`audit-${name}`, value);
    }
    this.open();
  }

  private read(cursor?: string): Promise<Page<Entry>> {
    const query = new URLSearchParams({ limit: '50' });
    for (const name of FIELDS) set(query, name, text(`[data-audit-${name}]`));
    set(query, 'from', time('[data-audit-from]'));
    set(query, 'to', time('[data-audit-to]'));
    set(query, 'cursor', cursor);
    return this.desk.api.get(`/api/moderation/audit?${query.toString()}`);
  }
}

function set(query: URLSearchParams, name: string, value: string | undefined): void {
  if (value !== undefined) query.set(name, value);
}
