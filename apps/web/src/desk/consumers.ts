import { countedAct, type CountedAct } from './counted-acts';
import { button, make, moment, number } from './dom';
import { DeskTable, type Page } from './table';
import type { Desk, View } from './view';
import { find } from '../find';

interface Consumer {
  readonly consumer: string;
  readonly position: string;
  readonly isRunning: boolean;
  readonly failures: number;
  readonly problem?: string;
  readonly retryAt?: string;
  readonly setAside: number;
}

interface SetAside {
  readonly event: string;
  readonly type: string;
  readonly tries: number;
  readonly problem: string;
  readonly at: string;
  readonly retry: boolean;
}

/** The durable consumers of ledger events, webhooks among them, and the events that they set aside. */
export class ConsumersView implements View {
  private readonly consumers: DeskTable<Consumer>;
  private readonly events: DeskTable<SetAside>;
  /** Whose events are shown. */
  private chosen?: string;

  constructor(private readonly desk: Desk) {
    this.consumers = new DeskTable(find('[data-consumers]'), {
      name: 'Consumers',
      empty: 'No consumers. Webhooks and extensions have some.',
      columns: [
        { title: 'Consumer', cell: ({ consumer }: Consumer) => consumer },
        { title: 'State', cell: ({ isRunning }) => (isRunning ? 'running' : 'not running') },
        { title: 'Done up to', cell: ({ position }) => make('code', {}, position) },
        { title: 'Next event', cell: stateOf },
        { title: 'Set aside', cell: ({ setAside }) => number(setAside) },
        { title: 'Acts', cell: (record) => this.acts(record) },
      ],
      read: () => desk.api.get<Page<Consumer>>('/api/operator/consumers'),
    });
    this.events = new DeskTable(find('[data-set-aside]'), {
      name: 'Events set aside',
      empty: 'It set no events aside.',
      columns: [
        { title: 'Event', cell: ({ event }: SetAside) => make('code', {}, event) },
        { title: 'Type', cell: ({ type }) => type },
        { title: 'Since', cell: ({ at }) => moment(at) },
        { title: 'Why', cell: ({ problem, tries }) => make('bdi', {}, `${problem} (${number(tries)} tries)`) },
        { title: 'Next', cell: ({ retry }) => (retry ? 'will be tried again' : 'waits for you') },
        { title: 'Acts', cell: ({ event }) => this.buttons({ event }, event, 'Retry…', 'Drop…') },
      ],
      read: () => desk.api.get<Page<SetAside>>(`${pathOf(this.chosen!)}/set-aside`),
    });
  }

  open(): void {
    void this.consumers.load();
    if (this.chosen) void this.events.load();
  }

  private acts({ consumer, setAside }: Consumer): Node | string {
    return setAside ? button('Show events', () => this.choose(consumer), consumer) : '';
  }

  private choose(consumer: string): void {
    this.events.clear();
    this.chosen = consumer;
    find('[data-set-aside-title]').textContent = `Set aside by ${consumer}`;
    find('[data-set-aside-acts]').replaceChildren(this.buttons({ all: true }, 'all of them', 'Retry all…', 'Drop all…'));
    find('[data-set-aside-of]').hidden = false;
    void this.events.load();
  }

  private buttons(which: object, name: string, ...[retry, drop]: readonly [string, string]): HTMLElement {
    const path = pathOf(this.chosen!);
    const common = { which, field: 'events', noun: 'event' } as const;
    const of = `${name} of ${this.chosen}?`;
    return make(
      'span',
      { 'data-acts': true },
      button(retry, () => this.ask({ ...common, title: `Retry ${of}`, verb: 'Retry', path: `${path}/retry`, will: 'will be tried again soon', done: 'will be tried again' }), name),
      button(drop, () => this.ask({ ...common, title: `Drop ${of}`, verb: 'Drop', path: `${path}/drop`, will: 'will be deleted permanently', done: 'dropped', isForGood: true }), name),
    );
  }

  private ask(act: CountedAct): void {
    this.desk.ask(countedAct(this.desk.api, act), () => this.open());
  }
}

const pathOf = (consumer: string): string => `/api/operator/consumers/${encodeURIComponent(consumer)}`;

function stateOf({ failures, problem, retryAt }: Consumer): Node | string {
  if (!failures) return 'no failure';
  const when = retryAt === undefined ? [] : [', again ', moment(retryAt)];
  return make('span', {}, `failed ${number(failures)} times: `, make('bdi', {}, problem ?? 'unknown'), ...when);
}
