import { allowName, hide, reverseCommand, reverseWindow, showAgain, takeName } from './acts';
import { button, make, messageOf, moment, number } from './dom';
import { draft, setDraft } from './drafts';
import { text, time } from './fields';
import { NameSearch } from './name-search';
import { DeskTable, type Page } from './table';
import type { Desk, View } from './view';
import { find } from '../find';

interface HistoryItem {
  readonly commandId: string;
  readonly scoreIncrement: number;
  readonly scoreAfter: number;
  readonly action?: string;
  readonly reverses?: string;
  readonly at: string;
}

interface Place {
  readonly board: string;
  readonly score: number;
  /** Null if the user is hidden. */
  readonly rank: number | null;
  readonly players: number;
}

interface Profile {
  readonly name?: string;
  readonly avatarUrl?: string;
}

const LAST = 'player';

/** One player: profile, places on all boards, history, and what an operator may do. The player stays after a reload. */
export class PlayerView implements View {
  private readonly field = find<HTMLInputElement>('#user-id');
  private readonly profile = find('[data-profile]');
  private readonly history: DeskTable<HistoryItem>;
  private readonly places: DeskTable<Place>;
  private readonly search: NameSearch;
  private userId = draft(LAST) ?? '';

  /** Calls `showAudit` with a user whose audit trail is asked for. */
  constructor(
    private readonly desk: Desk,
    showAudit: (userId: string) => void,
  ) {
    this.history = new DeskTable(find('[data-history]'), this.historyTable());
    this.places = new DeskTable(find('[data-places]'), this.placesTable());
    this.search = new NameSearch(desk, (userId) => this.choose(userId));
    find('[data-find]').addEventListener('submit', (event) => {
      event.preventDefault();
      this.choose(this.field.value.trim());
    });
    find('[data-window]').addEventListener('submit', (event) => {
      event.preventDefault();
      this.desk.ask(reverseWindow(desk.api, { userId: this.userId, from: time('[data-from]'), to: time('[data-to]'), action: text('[data-action]') }), this.refresh);
    });
    const acts = [['Hide…', hide], ['Show again…', showAgain], ['Take the name away…', takeName], ['Allow a name…', allowName]] as const;
    find('[data-player-acts]').append(...acts.map(([label, act]) => button(label, () => desk.ask(act(this.userId), this.refresh))), button('Audit trail', () => showAudit(this.userId)));
  }

  open(): void {
    this.search.open();
    if (this.userId) this.refresh();
    else this.field.focus();
  }

  /** Shows this player. */
  choose(userId: string): void {
    if (userId !== this.userId) {
      this.history.clear();
      this.places.clear();
      this.profile.replaceChildren();
    }
    this.userId = userId;
    this.field.value = userId;
    setDraft(LAST, userId);
    setDraft('user-id', userId);
    this.refresh();
  }

  private readonly refresh = (): void => {
    find('[data-player]').hidden = false;
    find('[data-user]').textContent = this.userId;
    void this.showProfile(this.userId);
    void this.places.load();
    void this.history.load();
  };

  private async showProfile(userId: string): Promise<void> {
    const profile = await this.desk.api.find<Profile>(`/api/users/${encodeURIComponent(userId)}/profile`).catch(messageOf);
    if (userId !== this.userId) return;
    const facts = typeof profile === 'string' ? { Profile: profile } : { Name: profile?.name ?? 'none', Picture: profile?.avatarUrl ?? 'none' };
    this.profile.replaceChildren(...Object.entries(facts).map(([term, value]) => make('div', {}, make('dt', {}, term), make('dd', {}, make('bdi', {}, value)))));
  }

  private placesTable() {
    return {
      name: 'Places on boards',
      empty: 'The player has no points, or does not exist.',
      columns: [
        { title: 'Board', cell: ({ board }: Place) => board },
        { title: 'Score', cell: ({ score }: Place) => number(score) },
        { title: 'Rank', cell: ({ rank, players }: Place) => (rank === null ? 'Hidden' : `${number(rank)} of ${number(players)}`) },
      ],
      read: () => this.readPlaces(this.userId),
    };
  }

  private async readPlaces(userId: string): Promise<Page<Place>> {
    const boards = await this.desk.api.get<readonly { readonly id: string }[]>('/api/boards');
    const read = async ({ id }: { readonly id: string }) => {
      const place = await this.desk.api.find<Omit<Place, 'board'>>(`/api/boards/${id}/users/${encodeURIComponent(userId)}`);
      return place ? [{ board: id, ...place }] : [];
    };
    return { items: (await Promise.all(boards.map(read))).flat() };
  }

  private historyTable() {
    return {
      name: 'History, newest first',
      empty: 'No updates.',
      columns: [
        { title: 'When', cell: ({ at }: HistoryItem) => moment(at) },
        { title: 'Points', cell: ({ scoreIncrement }: HistoryItem) => signed(scoreIncrement) },
        { title: 'Score after', cell: ({ scoreAfter }: HistoryItem) => number(scoreAfter) },
        { title: 'Action', cell: ({ action = '' }: HistoryItem) => make('bdi', {}, action) },
        { title: 'Command', cell: ({ commandId, reverses }: HistoryItem) => make('span', {}, make('code', {}, commandId), ...(reverses ? [' reverses ', make('code', {}, reverses)] : [])) },
        { title: 'Act', cell: (item: HistoryItem) => this.reverseButton(item) },
      ],
      read: (cursor?: string) => this.desk.api.get<Page<HistoryItem>>(`/api/scores/users/${encodeURIComponent(this.userId)}/history?limit=25${cursor ? `&cursor=${cursor}` : ''}`),
    };
  }

  private reverseButton({ commandId, reverses }: HistoryItem): Node | string {
    return reverses ? '' : button('Reverse…', () => this.desk.ask(reverseCommand(this.desk.api, commandId), this.refresh), commandId);
  }
}

const signed = (points: number): string => (points > 0 ? `+${number(points)}` : number(points));
