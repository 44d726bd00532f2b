import { BoardTabs } from './board-tabs';
import { GLOBAL } from './boards';
import { Guest } from './guest';
import { Neighbors } from './neighbors';
import { PendingPoints } from './pending-points';
import { Places } from './places';
import { PlayPanel } from './play-panel';
import { type ShownBoard, showBoard } from './show-board';

const BOARD_SIZE = 10;

/** Shows the live board, its tabs if there are several boards, the places below it, and the panel to play if the server rendered one: it omits the panel if guests cannot play. */
export function startPage(): void {
  const choose = document.querySelector('[data-play]') ? play() : showBoard(BOARD_SIZE).choose;
  const places = new Places();
  if (!document.querySelector('[role=tablist]')) return;
  new BoardTabs((id) => {
    choose(id);
    places.follow();
  });
}

/** Returns a function that shows another board, and the player's place on it. */
function play(): ShownBoard['choose'] {
  const guest = new Guest(() => {
    panel.forgetMe();
    neighbors.forget();
    shown.table.markOwn(undefined);
  });
  const panel = new PlayPanel(guest);
  const shown = showBoard(BOARD_SIZE, guest.token);
  const { board, table } = shown;
  const neighbors = new Neighbors(board, BOARD_SIZE);
  let stop: (() => void) | undefined;
  const watch = (id: string) => {
    stop?.();
    panel.choose(id);
    neighbors.choose(id);
    stop = board.on(id === GLOBAL ? 'me' : `me@${id}`, (me) => {
      panel.showMe(me);
      table.markOwn(me.userId);
    });
  };
  guest.onJoinedElsewhere(() => board.signIn());
  watch(document.documentElement.dataset.chosen ?? GLOBAL);
  const points = new PendingPoints(board, panel);
  panel.offer(() => points.add());
  return (id) => {
    shown.choose(id);
    watch(id);
  };
}
