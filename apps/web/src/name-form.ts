import type { Me, PlayerToken } from '@scoreboard/client';
import { find } from './find';
import { saveName } from './save-name';
import { suggestName } from './suggest-name';
import { words } from './words';

/** Where the panel covers no row of the board, a player without a name sees the form at once. */
const hasRoom = matchMedia('(width >= 60rem)');

/** The form in which a player picks a name. It suggests one; nothing is saved before the player does. What was typed stays until it is saved. */
export class NameForm {
  private readonly details = find<HTMLDetailsElement>('[data-name]');
  private readonly summary = find('[data-name] summary');
  private readonly form = find<HTMLFormElement>('[data-name] form');
  private readonly input = find<HTMLInputElement>('[data-name] input');
  private readonly problem = find('[data-problem]');
  private me?: Me;
  /** What the field held before the player typed. */
  private offered = suggestName();
  private isSaving = false;

  /** Saves names as `player`. Calls `onSaved` with each name that was saved. */
  constructor(
    private readonly player: () => PlayerToken | undefined,
    private readonly onSaved: (name: string) => void,
  ) {
    this.input.value = this.offered;
    this.input.addEventListener('input', () => this.say(''));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.save();
    });
  }

  /** Shows the form to this player. */
  show(me: Me): void {
    const { details, input, summary } = this;
    if (details.hidden) details.open = me.name === undefined && hasRoom.matches;
    details.hidden = false;
    if (me.name !== undefined && input.value === this.offered) input.value = this.offered = me.name;
    const title = me.name === undefined ? words.pickName : words.changeName;
    if (summary.textContent !== title) summary.textContent = title;
    this.me = me;
  }

  hide(): void {
    this.details.hidden = true;
  }

  private async save(): Promise<void> {
    if (this.isSaving) return;
    this.isSaving = true;
    this.say(words.saving);
    const name = this.input.value;
    const player = this.player();
    const { avatarUrl } = this.me ?? {}; // the server removes what is left out
    const problem = player ? await saveName(player, { name, avatarUrl }) : words.gone;
    this.isSaving = false;
    this.say(problem ?? '', problem !== undefined);
    if (problem !== undefined) return;
    this.offered = name;
    const hasFocus = this.form.contains(document.activeElement);
    this.details.open = false;
    if (hasFocus) this.summary.focus();
    this.onSaved(name.trim());
  }

  private say(text: string, isProblem = false): void {
    this.problem.textContent = text;
    this.input.ariaInvalid = isProblem ? 'true' : null;
  }
}
