const PREFIX = 'scoreboard-';

/**
 * A value that survives reloads. Kept in the `tab`: as long as the tab is open. Kept in the `browser`: for all tabs, also after the browser was closed. If
 * the browser allows no storage, it lives as long as the page.
 */
export class KeptValue<T> {
  /** What is kept without storage. */
  private value?: T;
  private readonly key: string;
  private isBlocked = false;

  constructor(
    name: string,
    private readonly where: 'tab' | 'browser',
  ) {
    this.key = PREFIX + name;
  }

  /** Reads the storage each time: another tab may have changed the value. */
  get(): T | undefined {
    const text = this.attempt((storage) => storage.getItem(this.key));
    if (this.isBlocked) return this.value;
    try {
      return text ? (JSON.parse(text) as T) : undefined;
    } catch {
      return undefined; // not ours
    }
  }

  set(value: T | undefined): void {
    this.value = value;
    this.attempt((storage) => (value === undefined ? storage.removeItem(this.key) : storage.setItem(this.key, JSON.stringify(value))));
  }

  /** Calls `onChange` whenever another tab sets the value. */
  onSetElsewhere(onChange: () => void): void {
    addEventListener('storage', ({ key, newValue }) => key === this.key && newValue !== null && onChange());
  }

  private attempt<R>(act: (storage: Storage) => R): R | undefined {
    try {
      return this.isBlocked ? undefined : act(this.where === 'tab' ? sessionStorage : localStorage);
    } catch {
      this.isBlocked = true; // disabled or full
      return undefined;
    }
  }
}
