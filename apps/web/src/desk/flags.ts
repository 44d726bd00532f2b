import { button, counted, make, messageOf, moment, number } from './dom';
import { DeskTable, type Page } from './table';
import type { Desk, View } from './view';
import { find } from '../find';

interface Flag {
  readonly id: number;
  readonly userId: string;
  readonly rule: string;
  readonly weight: number;
  readonly reason: string;
  readonly holds: boolean;
  readonly raisedAt: string;
  readonly updates: number;
  readonly points: number;
}

interface Decision {
  readonly updates: number;
  readonly points: number;
}

/** Suspicious points that wait for a decision, the heaviest first. A decision is one click, and another one undoes it. */
export class FlagsView implements View {
  private readonly table: DeskTable<Flag>;
  private readonly outcome = find('[data-outcome]');

  /** Calls `choose` with a user to look at. */
  constructor(
    private readonly desk: Desk,
    choose: (userId: string) => void,
  ) {
    this.table = new DeskTable(find('[data-flags]'), {
      name: 'Flags that wait for a decision, the heaviest first',
      empty: 'Nothing waits for a decision.',
      columns: [
        { title: 'User id', cell: ({ userId }: Flag) => make('bdi', {}, userId) },
        { title: 'Weight', cell: ({ weight }) => number(weight) },
        { title: 'Why', cell: ({ rule, reason, holds }) => make('span', {}, make('code', {}, rule), ` ${reason}${holds ? ' · held: on no board' : ''}`) },
        { title: 'Updates', cell: ({ updates, points }) => `${counted(updates, 'update')}, ${counted(points, 'point')}` },
        { title: 'Since', cell: ({ raisedAt }) => moment(raisedAt) },
        { title: 'Acts', cell: (flag) => this.acts(flag, choose) },
      ],
      read: (cursor) => desk.api.get<Page<Flag>>(`/api/moderation/flags?limit=50${cursor ? `&cursor=${cursor}` : ''}`),
    });
  }

  open(): void {
    void this.table.load();
  }

  private acts(flag: Flag, choose: (userId: string) => void): Node {
    const { userId, rule } = flag;
    const about = `${userId}, ${rule}`;
    return make(
      ...(['span', { 'data-acts': true }] as const),
      button('Open', () => choose(userId), about),
      button('Clear', () => void this.decide(flag, 'clear'), about),
      button('Take back', () => void this.decide(flag, 'take-back'), about),
    );
  }

  private async decide(flag: Flag, what: 'clear' | 'take-back' | 'reopen'): Promise<void> {
    this.outcome.textContent = 'Sending…';
    try {
      const decision = await this.desk.api.change<Decision>({ method: 'POST', path: `/api/moderation/flags/${flag.id}/${what}`, body: {} });
      this.outcome.replaceChildren(said(flag, what, decision), ...(what === 'reopen' ? [] : [' ', button('Undo', () => void this.decide(flag, 'reopen'), `${flag.userId}, ${flag.rule}`)]));
    } catch (error) {
      this.outcome.textContent = messageOf(error);
    }
    this.open();
  }
}

function said({ userId, rule }: Flag, what: 'clear' | 'take-back' | 'reopen', { updates, points }: Decision): string {
  const some = `${counted(updates, 'update')} with ${counted(points, 'point')}`;
  if (what === 'clear') return `The flag ${rule} of ${userId} is cleared.`;
  if (what === 'take-back') return `Took back ${some} of ${userId}.`;
  return `The flag ${rule} of ${userId} is open again.${updates ? ` ${some} came back.` : ''}`;
}
