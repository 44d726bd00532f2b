import { find } from './find';
import { LANGUAGE } from './numbers';
import { words } from './words';

const ANSWER_MS = 15_000;
const TIME = new Intl.DateTimeFormat(LANGUAGE, { timeStyle: 'medium' });

/**
 * What is below the ten: pages of places, and a search by name, as the server renders them. Links and the form replace this part alone, so the live board
 * stays connected; the URL is the one that they lead to without scripts.
 */
export class Places {
  private readonly section = find('[data-places]');
  private readonly field = find<HTMLInputElement>('#find');
  private readonly list = find('[data-list]');
  private readonly note = find('[data-list-note]');
  private shown = location.search;
  /** Counts reads, so that the answer to an older one is ignored. */
  private turn = 0;

  constructor() {
    this.section.addEventListener('click', (event) => this.clicked(event));
    this.section.addEventListener('submit', (event) => {
      event.preventDefault();
      const url = new URL(location.href);
      url.searchParams.delete('from');
      url.searchParams.set('name', this.field.value);
      this.go(url);
    });
    addEventListener('popstate', () => this.follow());
    this.showTimes();
  }

  /** Shows what the URL asks for, after another board was chosen, or one before. */
  follow(): void {
    if (location.search === this.shown) return;
    this.field.value = new URLSearchParams(location.search).get('name') ?? '';
    void this.read();
  }

  private clicked(event: MouseEvent): void {
    const target = event.target as Element;
    const link = target.closest('a');
    target.closest('tbody tr')?.toggleAttribute('data-open');
    if (link?.pathname !== location.pathname) return; // leads to a player's page
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // opens another window
    event.preventDefault();
    this.go(new URL(link.href));
  }

  private go(url: URL): void {
    if (url.search !== location.search) history.pushState(null, '', url);
    void this.read().then((isShown) => isShown && this.list.querySelector<HTMLElement>('[tabindex]')?.focus());
  }

  /** Returns whether it is shown. */
  private async read(): Promise<boolean> {
    const turn = ++this.turn;
    this.shown = location.search;
    this.list.ariaBusy = 'true';
    const page = await readPage(location.pathname + location.search).catch((error: unknown) => void console.error(error));
    if (turn !== this.turn) return false;
    this.list.ariaBusy = null;
    this.note.textContent = page ? '' : words.notNow;
    if (page) this.list.replaceChildren(...page.querySelector('[data-list]')!.childNodes);
    this.showTimes();
    return page !== undefined;
  }

  private showTimes(): void {
    for (const time of this.list.querySelectorAll('time')) time.textContent = TIME.format(new Date(time.dateTime));
  }
}

/** Reads a page as a document, whose scripts do not run. `fetch` would give a text, which Trusted Types let nobody parse. */
function readPage(url: string): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', url);
    request.responseType = 'document';
    request.timeout = ANSWER_MS;
    request.onload = () => (request.status === 200 && request.responseXML ? resolve(request.responseXML) : reject(new Error(`GET ${url} was answered with status ${request.status}`)));
    request.onerror = request.ontimeout = () => reject(new Error(`GET ${url} was not answered`));
    request.send();
  });
}
