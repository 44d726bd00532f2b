import { GLOBAL } from './boards';
import { find } from './find';

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * The tabs that the server rendered, one per board. The chosen board stands in the URL as `?board=`, without a reload; the back button chooses the
 * board before.
 */
export class BoardTabs {
  private readonly tabs = [...document.querySelectorAll<HTMLElement>('[data-tab]')];
  private readonly panel = find('[data-panel]');
  private chosen = this.tabs.find((tab) => tab.ariaSelected === 'true')!;

  /** Calls `onChoose` with each board that the visitor chooses. */
  constructor(private readonly onChoose: (board: string) => void) {
    find('[role=tablist]').addEventListener('keydown', (event) => this.pressed(event));
    for (const tab of this.tabs) {
      tab.addEventListener('click', (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // opens another window
        event.preventDefault();
        this.choose(tab);
      });
    }
    addEventListener('popstate', () => this.select(this.tabOf(new URLSearchParams(location.search).get('board'))));
    this.panel.role = 'tabpanel';
    this.mark();
  }

  private pressed(event: KeyboardEvent): void {
    const at = this.tabs.indexOf(event.target as HTMLElement);
    const step = STEPS[event.key];
    const ends: Readonly<Record<string, number>> = { Home: 0, End: -1 };
    const next = step ? (at + step) % this.tabs.length : event.key === ' ' ? at : ends[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const tab = this.tabs.at(next)!;
    tab.focus();
    this.choose(tab);
  }

  private choose(tab: HTMLElement): void {
    if (tab === this.chosen) return;
    const url = new URL(location.href);
    url.searchParams.delete('from'); // places of the board before
    if (tab.dataset.tab === GLOBAL) url.searchParams.delete('board');
    else url.searchParams.set('board', tab.dataset.tab!);
    history.pushState(null, '', url);
    this.select(tab);
  }

  private tabOf(board: string | null): HTMLElement {
    const tabOf = (id: string | null) => this.tabs.find((tab) => tab.dataset.tab === id);
    return tabOf(board) ?? tabOf(GLOBAL)!;
  }

  private select(tab: HTMLElement): void {
    if (tab === this.chosen) return;
    this.chosen = tab;
    this.mark();
    this.onChoose(tab.dataset.tab!);
  }

  /** One tab can be reached with the Tab key, the others from there with the arrow keys. */
  private mark(): void {
    for (const tab of this.tabs) {
      tab.ariaSelected = String(tab === this.chosen);
      tab.tabIndex = tab === this.chosen ? 0 : -1;
    }
    this.panel.setAttribute('aria-labelledby', this.chosen.id);
  }
}
