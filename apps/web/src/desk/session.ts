import { problemOf, RequestError, type TokenHolder } from './api';
import { claimsOf } from './claims';
import { messageOf } from './dom';
import type { Provider } from './provider';
import { find } from '../find';
import { KeptValue } from '../kept-value';

const SOON_MS = 120_000;

/**
 * The operator's token: kept in this tab only, and never in a URL. Shows whose it is and when it expires. When it has expired, asks for another one in a
 * dialog above the page, so that what was typed stays. Where the server has an identity provider, the dialog leads there and back to the same view.
 */
export class Session implements TokenHolder {
  private readonly kept = new KeptValue<string>('desk-token', 'tab');
  private readonly dialog = find<HTMLDialogElement>('[data-sign-in]');
  private readonly field = find<HTMLTextAreaElement>('#token');
  private readonly problem = find('#token-problem');
  private readonly shown = find('[data-session]');
  private readonly enter = find('[data-enter]');
  private readonly leave = find('[data-leave]');
  private readonly toProvider = find<HTMLButtonElement>('[data-to-provider]');
  /** Those who wait for a token. */
  private waiting: { resolve(token: string): void; reject(error: Error): void }[] = [];

  /** Calls `onLeave` when the operator signs out, with the address that ends the session of the provider, if there is one. */
  constructor(onLeave: (goTo?: string) => void, private readonly provider?: Provider) {
    this.showProvider();
    find('[data-sign-in] form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.signIn();
    });
    this.dialog.addEventListener('close', () => this.onClose());
    this.enter.addEventListener('click', () => this.ask(''));
    this.leave.addEventListener('click', () => {
      this.kept.set(undefined);
      onLeave(this.provider?.signOut());
    });
    setInterval(() => this.look(), 1_000);
    this.look();
  }

  /** Takes the token that the provider has just sent the operator back with, if it has. */
  async arrive(): Promise<void> {
    const token = await this.provider?.arrive().catch((error: unknown) => this.ask(messageOf(error)));
    if (!token) return;
    const problem = await problemOf(token).catch(messageOf);
    if (problem !== undefined) {
      this.provider!.refuse();
      return this.ask(`You are signed in at ${this.provider!.name}, but the scoreboard does not accept the token: ${problem}`);
    }
    this.provider!.accept();
    this.accept(token);
  }

  /** Resolves with a token that has not expired, and asks the operator for one if needed. Rejects if the operator closes the dialog. */
  token(): Promise<string> {
    const token = this.kept.get();
    if (token !== undefined && leftMs(token) > 0) return Promise.resolve(token);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.ask(token === undefined ? '' : 'Your token has expired. What you typed is still there.');
    });
  }

  /** The server refused this token. */
  end(token: string): void {
    if (this.kept.get() === token) this.kept.set(undefined);
    this.ask('The server does not accept your token any more. What you typed is still there.');
    this.look();
  }

  private ask(why: string): void {
    if (why || !this.dialog.open) find('[data-why]').textContent = why;
    if (!this.dialog.open) this.dialog.showModal();
  }

  private async signIn(): Promise<void> {
    const token = this.field.value.trim().replace(/^Bearer /, '');
    this.problem.textContent = 'Checking…';
    // Other characters cannot be in a header.
    const problem = /^[\x21-\x7e]+$/.test(token) ? await problemOf(token) : 'A token has only visible ASCII characters, without spaces.';
    this.problem.textContent = problem ?? '';
    if (problem === undefined) this.accept(token);
  }

  private accept(token: string): void {
    this.kept.set(token);
    for (const { resolve } of this.waiting.splice(0)) resolve(token);
    this.dialog.close();
    this.look();
  }

  private showProvider(): void {
    if (!this.provider) return;
    const { name, problem } = this.provider;
    find('[data-provider]').hidden = false;
    find('[data-provider-problem]').textContent = problem ?? '';
    this.toProvider.textContent = `Sign in with ${name}`;
    this.toProvider.disabled = problem !== undefined;
    this.toProvider.addEventListener('click', () => void this.provider!.leave());
  }

  private onClose(): void {
    this.field.value = '';
    this.problem.textContent = '';
    for (const { reject } of this.waiting.splice(0)) reject(new RequestError('You are not signed in.', 401));
    this.look();
  }

  /** Shows the state of the token. */
  private look(): void {
    const token = this.kept.get();
    const left = token === undefined ? 0 : leftMs(token);
    const isSignedIn = token !== undefined && left > 0;
    say(this.shown, isSignedIn ? `${claimsOf(token).sub ?? 'Signed in'} · token expires in ${shownTime(left)}` : 'Not signed in');
    this.shown.toggleAttribute('data-soon', isSignedIn && left < SOON_MS);
    say(this.enter, isSignedIn ? 'Use another token' : 'Sign in');
    this.enter.hidden = false;
    this.leave.hidden = token === undefined;
    if (token !== undefined && !isSignedIn && !this.dialog.open) {
      this.kept.set(undefined);
      this.ask('Your token has expired. What you typed is still there.');
    }
  }
}

/** Only if it changes, so that nothing is announced twice. */
function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const leftMs = (token: string): number => (claimsOf(token).exp ?? Infinity) * 1_000 - Date.now();

function shownTime(ms: number): string {
  if (ms === Infinity) return 'an unknown time';
  const minutes = Math.floor(ms / 60_000);
  if (ms < SOON_MS) return `${Math.ceil(ms / 1_000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
