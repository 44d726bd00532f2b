import type { Board, ConnectionState, InPeriod, Scoreboard } from '@scoreboard/client';
import { boardEvent } from '../board-event';
import { BoardTable } from '../board-table';
import { GLOBAL } from '../boards';
import { ConnectionStatus } from '../connection-status';
import { BoardClock } from './board-clock';
import { elementWords } from './element-words';
import { connectTo } from './shared-connections';
import { fillShadow } from './shadow';

const ID = /^[a-z0-9-]{1,32}$/;
const COUNT = /^([1-9]\d?|100)$/;
const ORIGINS = /^(https?:\/\/[^\s/]+( https?:\/\/[^\s/]+)*)?$/;

/**
 * `<score-board board="week" count="5">`: a live board on any website whose origin is in `CORS_ORIGINS`.
 *
 * Attributes: `board` (default `global`), `count` (1 to 100, default 10), `server` (the api's address; default: where this script comes from),
 * `gateway` (its address, if it has one of its own), `lang` (when it is put into the page; default: the page's, or the browser's), `theme` (`dark` or `light`; default: the visitor's setting),
 * `pictures` (origins from which pictures of players are loaded, separated by spaces; default: none). Each can change at any time. A
 * value that is not valid is reported on the console, and the default is used.
 * Its own content is the heading; `slot="empty"` is shown while there are no scores. `--accent` and the other colors of `board.css` can be set, and
 * `::part(header)`, `left`, `table`, `rows`, `empty` be styled. `left` says how long the board's period lasts; `global` has none.
 * Events: `scores` with the board as `detail`, on each change, and `state` with `live`, `reconnecting` or `offline`. They do not bubble.
 * All elements of a page with the same addresses share one connection, which is closed with the last of them.
 */
export class ScoreBoardElement extends HTMLElement {
  static readonly observedAttributes = ['server', 'gateway', 'board', 'count', 'pictures'];
  /** The api's address where `server` is not set. */
  static defaultServer = '';

  private parts?: { readonly table: BoardTable; readonly status: ConnectionStatus; readonly clock: BoardClock };
  private leave?: () => void;
  private isDue = false;

  connectedCallback(): void {
    this.renewSoon();
  }

  disconnectedCallback(): void {
    this.renewSoon();
  }

  attributeChangedCallback(): void {
    this.renewSoon();
  }

  /** Once for any number of changes. An element that was moved keeps its connection. */
  private renewSoon(): void {
    if (this.isDue) return;
    this.isDue = true;
    queueMicrotask(() => {
      this.isDue = false;
      const leave = this.leave;
      this.leave = this.isConnected ? this.join() : undefined;
      leave?.();
    });
  }

  private join(): () => void {
    const server = this.getAttribute('server') ?? ScoreBoardElement.defaultServer;
    const { board, leave } = connectTo(server, this.getAttribute('gateway') ?? undefined);
    this.parts ??= this.create();
    const stops = this.listen(board, server, this.parts);
    return () => {
      for (const stop of stops) stop();
      leave();
    };
  }

  /** Not before the element is in a page: its language may be that of the page. */
  private create(): NonNullable<typeof this.parts> {
    const words = elementWords(this);
    const { status, left, rows } = fillShadow(this, words);
    return { table: new BoardTable(rows), status: new ConnectionStatus(status, words), clock: new BoardClock(left, words) };
  }

  private listen(board: Scoreboard, server: string, { table, status, clock }: NonNullable<typeof this.parts>): readonly (() => void)[] {
    const count = Number(this.read('count', COUNT, '10', 'a whole number from 1 to 100'));
    const id = this.read('board', ID, GLOBAL, '1 to 32 of a-z, 0-9 and -');
    const pictures = this.read('pictures', ORIGINS, '', 'origins such as https://img.example.com, separated by spaces');
    table.style = { pictures: pictures.split(' ') };
    let shown: string | undefined;
    table.clear();
    const show = (state: Board & Partial<InPeriod>) => {
      if (shown !== state.period) table.clear();
      shown = state.period;
      clock.show(server, id, state.period);
      const entries = state.entries.slice(0, count);
      table.show(entries);
      this.dispatchEvent(new CustomEvent('scores', { detail: { ...state, entries } }));
    };
    const showState = (state: ConnectionState) => {
      status.show(state);
      this.dispatchEvent(new CustomEvent('state', { detail: state }));
    };
    const fail = () => status.failed(board.state);
    return [board.on('error', fail), board.on('state', showState), board.on(boardEvent(id, count), show), () => clock.stop()];
  }

  private read(name: string, pattern: RegExp, otherwise: string, expected: string): string {
    const value = this.getAttribute(name) ?? otherwise;
    if (pattern.test(value)) return value;
    console.error(`<score-board>: ${name}="${value}": expected ${expected}; "${otherwise}" is shown`);
    return otherwise;
  }
}
