import { type Board, Scoreboard, type TokenHook } from '@scoreboard/client';
import { BoardTable } from './board-table';
import { ConnectionStatus } from './connection-status';
import { find } from './find';
import { News } from './news';

/** The live board and its connection. */
export interface ShownBoard {
  readonly board: Scoreboard;
  readonly table: BoardTable;
}

/** Keeps the page's table up to date with the best `count` users, starting from the board that the server rendered. */
export function showBoard(count: number, token?: TokenHook): ShownBoard {
  const { gateway, revision } = document.documentElement.dataset;
  const table = new BoardTable();
  const news = new News();
  const status = new ConnectionStatus();
  const board = new Scoreboard('', { gatewayUrl: gateway, token, revision: revision === undefined ? undefined : Number(revision) });
  const show = ({ entries }: Board) => {
    const shown = entries.slice(0, count);
    table.show(shown);
    news.hear(shown);
  };
  find('[data-snapshot]').remove();
  board.on('error', (error) => {
    console.error(error);
    status.failed(board.state);
  });
  board.on('state', (state) => status.show(state));
  if (count > 10) board.on(`top:${count}`, show);
  else board.on('top', show);
  return { board, table };
}
