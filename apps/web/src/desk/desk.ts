import { Api } from './api';
import { AuditView } from './audit';
import { BoardsView, ClientsView } from './boards';
import { ConfirmDialog, unfinished } from './confirm';
import { ConsumersView } from './consumers';
import { button, moment } from './dom';
import { forgetDrafts, keepDrafts } from './drafts';
import { FlagsView } from './flags';
import { HealthView } from './health';
import { HiddenView } from './hidden';
import { LettersView } from './letters';
import { PlayerView } from './player';
import { Provider } from './provider';
import { Session } from './session';
import type { Desk, View } from './view';
import { find } from '../find';

const FIRST = 'player';
const outcome = find('[data-outcome]');

const session = new Session((goTo) => {
  forgetDrafts();
  if (goTo === undefined) location.reload(); // removes all that was shown
  else location.assign(goTo);
}, Provider.ofPage());
const api = new Api(session);
const dialog = new ConfirmDialog(api);
const desk: Desk = {
  api,
  ask: (act, onDone) =>
    dialog.ask(act, (done) => {
      outcome.textContent = done;
      onDone?.();
    }),
  go: (view) => void (location.hash = view),
};

const audit = new AuditView(desk);
const player = new PlayerView(desk, (userId) => audit.about(userId));
const choose = (userId: string): void => {
  player.choose(userId);
  desk.go(FIRST);
};
const views: Readonly<Record<string, View>> = {
  player,
  flags: new FlagsView(desk, choose),
  hidden: new HiddenView(desk, choose),
  audit,
  letters: new LettersView(desk),
  consumers: new ConsumersView(desk),
  boards: new BoardsView(desk),
  clients: new ClientsView(desk),
  health: new HealthView(),
};

function show(name: string): void {
  const isView = Object.hasOwn(views, name);
  const chosen = isView ? name : FIRST;
  for (const section of document.querySelectorAll<HTMLElement>('[data-view]')) section.hidden = section.dataset.view !== chosen;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#${chosen}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${find(`[data-view='${chosen}'] h2`).textContent} · Scoreboard desk`;
  views[chosen]!.open();
}

/** The answer to an act did not arrive before the page was reloaded. */
function showUnfinished(): void {
  const act = unfinished.get();
  const note = find('[data-unfinished]');
  note.hidden = !act;
  if (!act) return;
  const dismiss = button('Dismiss', () => {
    unfinished.set(undefined);
    note.hidden = true;
  });
  note.replaceChildren('The server had not answered yet: ', act.title, ' (', moment(act.at), '). It may have happened or not. Look at the audit trail, or do it again: nothing happens twice. ', dismiss);
}

async function start(): Promise<void> {
  keepDrafts();
  await session.arrive();
  while (!(await session.token().catch(() => undefined))); // closing the dialog opens it again: there is nothing to see without a token
  find('nav').hidden = find('main').hidden = false;
  showUnfinished();
  const named = () => location.hash.slice(1);
  addEventListener('hashchange', () => {
    if (named() === 'content') return;
    outcome.textContent = '';
    show(named());
    find('main').focus({ preventScroll: true });
  });
  show(named());
}

void start();
