import { type Board, type InPeriod, Scoreboard, type TokenHook } from '@scoreboard/client';
import { boardEvent } from './board-event';
import { BoardTable } from './board-table';
import { GLOBAL } from './boards';
import { ConnectionStatus } from './connection-status';
import { find } from './find';
import { LastLook } from './last-look';
import { News } from './news';
import { PeriodLines } from './period-lines';
import { words } from './words';

/** The live board and its connection. */
export interface ShownBoard {
  readonly board: Scoreboard;
  readonly table: BoardTable;
  /** Shows another board from now on. */
  choose(id: string): void;
}

/** Keeps the page's table up to date with the best `count` users, starting from the board that the server rendered. */
export function showBoard(count: number, token?: TokenHook): ShownBoard {
  const { gateway, revision, chosen = GLOBAL } = document.documentElement.dataset;
  const table = new BoardTable(find('tbody'));
  const news = new News();
  const ties = document.querySelector<HTMLElement>('[data-ties]');
  const lastLook = ties ? new LastLook(find('tbody')) : undefined; // not in a frame
  const status = new ConnectionStatus(find('[role=status]'), words);
  const lines = document.querySelector('[data-period]') ? new PeriodLines() : undefined;
  const panel = find('[data-board]');
  const board = new Scoreboard('', { gatewayUrl: gateway, token, revision: revision === undefined || chosen !== GLOBAL ? undefined : Number(revision) });
  let stop: (() => void) | undefined;

  const choose = (id: string) => {
    stop?.();
    const isSwitch = stop !== undefined;
    let shown: { readonly period?: string } | undefined;
    if (isSwitch) panel.ariaBusy = 'true'; // hides the rows of the board before
    lines?.show(id);
    stop = board.on(boardEvent(id, count), ({ entries, period, countsFrom }: Board & Partial<InPeriod>) => {
      const isNew = shown ? shown.period !== period : isSwitch;
      if (isNew) table.clear();
      if (isNew) news.forget();
      shown = { period };
      table.show(entries.slice(0, count));
      lastLook?.show(id, period, entries.slice(0, count));
      if (ties) ties.hidden = !hasTie(entries.slice(0, count));
      news.hear(entries);
      lines?.show(id, period, countsFrom);
      panel.ariaBusy = null;
    });
  };

  find('[data-snapshot]').remove();
  board.on('error', (error) => {
    console.error(error);
    status.failed(board.state);
  });
  board.on('state', (state) => status.show(state));
  choose(chosen);
  return { board, table, choose };
}

/** Whether two players have the same score, one below the other. */
const hasTie = (entries: Board['entries']): boolean => entries.some(({ score }, i) => score === entries[i + 1]?.score);
