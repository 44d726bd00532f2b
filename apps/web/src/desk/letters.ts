import { countedAct, type CountedAct } from './counted-acts';
import { button, counted, make, moment, number } from './dom';
import { DeskTable, type Page } from './table';
import type { Desk, View } from './view';
import { find } from '../find';

interface Letter {
  readonly reason: string;
  readonly at?: string;
  readonly problem?: string;
  readonly commandId?: string;
  readonly content: string;
}

const PATH = '/api/operator/dead-letters';
const LETTERS = { field: 'letters', noun: 'dead letter' } as const;

/** The updates that could not be applied: look, replay, drop. */
export class LettersView implements View {
  private readonly table: DeskTable<Letter>;

  constructor(private readonly desk: Desk) {
    this.table = new DeskTable(find('[data-letters]'), {
      name: 'Dead letters, oldest first',
      empty: 'No dead letters.',
      columns: [
        { title: 'Reason', cell: ({ reason, problem }: Letter) => make('bdi', {}, problem ? `${reason}: ${problem}` : reason) },
        { title: 'Since', cell: ({ at }) => (at === undefined ? 'unknown' : moment(at)) },
        { title: 'Command', cell: ({ commandId }) => (commandId === undefined ? 'none' : make('code', {}, commandId)) },
        { title: 'Content', cell: ({ content }) => make('details', {}, make('summary', {}, 'Show'), make('pre', {}, content)) },
        { title: 'Acts', cell: ({ commandId }) => this.acts(commandId) },
      ],
      read: () => this.read(),
    });
    find('[data-letter-acts]').append(
      button('Replay all…', () => this.ask(replay({ all: true }, 'all dead letters'))),
      button('Drop all…', () => this.ask(drop({ all: true }, 'all dead letters'))),
    );
  }

  open(): void {
    void this.table.load();
  }

  private async read(): Promise<Page<Letter>> {
    const { items, total } = await this.desk.api.get<{ readonly items: readonly Letter[]; readonly total: number }>(`${PATH}?limit=100`);
    find('[data-letter-count]').textContent = total > items.length ? `The oldest ${number(items.length)} of ${number(total)}.` : `${counted(total, 'dead letter')}.`;
    return { items };
  }

  private acts(commandId?: string): Node | string {
    if (commandId === undefined) return '';
    const which = { commandId };
    const name = `the dead letter ${commandId}`;
    return make('span', { 'data-acts': true }, button('Replay…', () => this.ask(replay(which, name)), commandId), button('Drop…', () => this.ask(drop(which, name)), commandId));
  }

  private ask(act: CountedAct): void {
    this.desk.ask(countedAct(this.desk.api, act), () => this.open());
  }
}

const replay = (which: object, name: string): CountedAct => ({
  ...LETTERS,
  ...{ title: `Replay ${name}?`, verb: 'Replay', path: `${PATH}/replay`, which, will: 'will be queued again; each update counts once', done: 'queued again' },
});

const drop = (which: object, name: string): CountedAct => ({
  ...LETTERS,
  ...{ title: `Drop ${name}?`, verb: 'Drop', path: `${PATH}/drop`, which, will: 'will be deleted permanently', done: 'dropped', isForGood: true },
});
