import { guestToken } from './guest';
import { PendingPoints } from './pending-points';
import { PlayPanel } from './play-panel';
import { showBoard } from './show-board';

const BOARD_SIZE = 10;

/** Shows the live board, and the panel to play if the server rendered one: it omits the panel if guests cannot play. */
export function startPage(): void {
  if (!document.querySelector('[data-play]')) {
    showBoard(BOARD_SIZE);
    return;
  }
  const panel = new PlayPanel();
  const { board, table } = showBoard(
    BOARD_SIZE,
    guestToken(() => {
      panel.forgetMe();
      table.markOwn(undefined);
    }),
  );
  board.on('me', (me) => {
    panel.showMe(me);
    table.markOwn(me.userId);
  });
  const points = new PendingPoints(board, panel);
  panel.offer(() => points.add());
}
