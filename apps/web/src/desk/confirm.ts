import { type Api, type Change, RequestError } from './api';
import { messageOf } from './dom';
import { draft, setDraft } from './drafts';
import { find } from '../find';
import { KeptValue } from '../kept-value';

/** What an act would do now. */
export interface Effect {
  readonly text: string;
  /** Nothing would change, so it cannot be confirmed. */
  readonly isEmpty?: boolean;
}

/** Something that changes the system, after the operator has confirmed it. Must be safe to repeat. */
export interface Act {
  /** What is asked, such as `Hide ann?`. Names the act, also for its draft. */
  readonly title: string;
  readonly verb: string;
  /** A text, or a preview by the server. */
  readonly effect: string | (() => Promise<Effect>);
  /** Whether the audit trail takes a reason. */
  readonly hasReason: boolean;
  /** What the operator must type, for what cannot be undone. */
  readonly word?: string;
  request(reason: string): Change;
  /** What was done, from the server's answer. */
  done(answer: unknown): string;
}

/** An act whose answer never arrived in this tab, because the page was reloaded or the connection failed. */
export const unfinished = new KeptValue<{ readonly title: string; readonly at: string }>('desk-unfinished', 'tab');

/** The dialog that shows what an act does, asks for the reason, and does it. It stays open until the act is done, so that nothing typed is lost. */
export class ConfirmDialog {
  private readonly dialog = find<HTMLDialogElement>('[data-confirm]');
  private readonly title = find('#confirm-title');
  private readonly effect = find('#confirm-effect');
  private readonly reason = find<HTMLTextAreaElement>('[data-reason]');
  private readonly word = find<HTMLInputElement>('[data-word]');
  private readonly problem = find('[data-confirm] [data-problem]');
  private readonly perform = find<HTMLButtonElement>('[data-do]');
  private act?: Act;
  private isSending = false;
  private onDone: (outcome: string) => void = () => undefined;

  constructor(private readonly api: Api) {
    find('[data-confirm] form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.send();
    });
    find('[data-cancel]').addEventListener('click', () => this.dialog.close());
  }

  /** Opens the dialog. Calls `onDone` with the outcome if the operator confirms and the server agrees. */
  ask(act: Act, onDone: (outcome: string) => void): void {
    this.act = act;
    this.onDone = onDone;
    this.title.textContent = act.title;
    this.perform.textContent = act.verb;
    this.problem.textContent = '';
    this.reason.required = act.hasReason;
    find('[data-reason-label]').hidden = !act.hasReason;
    this.reason.dataset.draft = `reason: ${act.title}`;
    this.reason.value = draft(this.reason.dataset.draft) ?? '';
    this.word.required = act.word !== undefined;
    this.word.value = '';
    find('[data-word-label]').hidden = act.word === undefined;
    find('[data-word-label] span').textContent = `Type ${act.word} to confirm`;
    void this.preview(act);
    this.dialog.showModal();
  }

  private async preview(act: Act): Promise<void> {
    if (typeof act.effect === 'string') return this.showEffect(act, { text: act.effect });
    this.perform.disabled = true;
    this.effect.textContent = 'Looking…';
    try {
      this.showEffect(act, await act.effect());
    } catch (error) {
      this.showEffect(act, { text: messageOf(error), isEmpty: true });
    }
  }

  private showEffect(act: Act, { text, isEmpty = false }: Effect): void {
    if (act !== this.act) return;
    this.effect.textContent = text;
    this.perform.disabled = isEmpty;
  }

  private async send(): Promise<void> {
    const { act } = this;
    if (!act || this.isSending) return;
    if (act.word !== undefined && this.word.value !== act.word) {
      this.problem.textContent = `Type ${act.word} exactly.`;
      return;
    }
    this.isSending = true;
    this.problem.textContent = 'Sending…';
    try {
      const answer = await this.sendOnce(act);
      setDraft(this.reason.dataset.draft!, '');
      this.dialog.close();
      this.onDone(act.done(answer));
    } catch (error) {
      this.problem.textContent = messageOf(error);
    }
    this.isSending = false;
  }

  /** Remembers the act until an answer arrives. */
  private async sendOnce(act: Act): Promise<unknown> {
    unfinished.set({ title: act.title, at: new Date().toISOString() });
    const forget = () => unfinished.set(undefined);
    try {
      return await this.api.change(act.request(this.reason.value.trim()), forget);
    } catch (error) {
      if (error instanceof RequestError && error.status) forget();
      throw error;
    }
  }
}
