import { button, make, messageOf } from './dom';

export interface Column<Item> {
  readonly title: string;
  cell(item: Item): Node | string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | null;
}

export interface TableOptions<Item> {
  /** The caption, for screen readers. */
  readonly name: string;
  /** The first one names the row. */
  readonly columns: readonly Column<Item>[];
  /** Shown instead of the table. */
  readonly empty: string;
  read(cursor?: string): Promise<Page<Item>>;
}

/** A table that is read in pages. A button adds the next page. */
export class DeskTable<Item> {
  private readonly body = make('tbody');
  private readonly region: HTMLElement;
  private readonly note = make('p', { 'data-note': true, 'aria-live': 'polite' });
  private readonly more = button('Show more', () => void this.add());
  private next?: string;
  /** Counts reads, so that the answer to an older one is ignored. */
  private turn = 0;

  constructor(
    place: HTMLElement,
    private readonly options: TableOptions<Item>,
  ) {
    const { name, columns } = options;
    const heads = columns.map(({ title }) => make('th', { scope: 'col' }, title));
    const table = make('table', {}, make('caption', {}, name), make('thead', {}, make('tr', {}, ...heads)), this.body);
    // A wide table scrolls in its own region, with the keyboard too.
    this.region = make('div', { 'data-scroll': true, 'role': 'region', 'aria-label': name, 'tabindex': '0' }, table);
    this.region.hidden = this.more.hidden = true;
    place.replaceChildren(this.region, this.note, this.more);
  }

  /** Reads the first page. The old rows stay until it has arrived. */
  load(): Promise<void> {
    this.next = undefined;
    return this.read(true);
  }

  /** Removes all rows: the next ones are about something else. */
  clear(): void {
    this.turn++;
    this.next = undefined;
    this.body.replaceChildren();
    this.region.hidden = this.more.hidden = true;
    this.note.textContent = '';
  }

  private add(): Promise<void> {
    return this.read(false);
  }

  private async read(isFirst: boolean): Promise<void> {
    const turn = ++this.turn;
    this.note.textContent = 'Loading…';
    try {
      const { items, next } = await this.options.read(isFirst ? undefined : this.next);
      if (turn !== this.turn) return;
      const rows = items.map((item) => this.row(item));
      if (isFirst) this.body.replaceChildren(...rows);
      else this.body.append(...rows);
      this.next = next ?? undefined;
      this.region.hidden = !this.body.rows.length;
      this.note.textContent = this.body.rows.length ? '' : this.options.empty;
      if (!isFirst) rows[0]?.querySelector('th')?.focus();
    } catch (error) {
      if (turn !== this.turn) return;
      this.note.textContent = messageOf(error);
    }
    this.more.hidden = this.next === undefined;
  }

  private row(item: Item): HTMLTableRowElement {
    const [first, ...others] = this.options.columns;
    return make('tr', {}, make('th', { scope: 'row', tabindex: '-1' }, first!.cell(item)), ...others.map(({ cell }) => make('td', {}, cell(item))));
  }
}
