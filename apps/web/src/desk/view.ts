import type { Api } from './api';
import type { Act } from './confirm';

/** A part of the desk that is shown alone. */
export interface View {
  /** Reads and shows what is there now. Called whenever the operator opens the view. */
  open(): void;
}

/** What views use. */
export interface Desk {
  readonly api: Api;
  /** Asks the operator to confirm; then does it, says what was done, and calls `onDone`. */
  ask(act: Act, onDone?: () => void): void;
  /** Opens a view by its name. */
  go(view: string): void;
}
