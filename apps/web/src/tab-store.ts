const PREFIX = 'scoreboard-';

/** A value that survives reloads while the tab is open. If the browser allows no storage, it lives as long as the page. */
export class TabStore<T> {
  private value?: T;

  constructor(private readonly name: string) {
    try {
      const kept = sessionStorage.getItem(PREFIX + name);
      this.value = kept === null ? undefined : (JSON.parse(kept) as T);
    } catch {
      this.value = undefined; // storage is disabled, or the stored value is not ours
    }
  }

  get(): T | undefined {
    return this.value;
  }

  set(value: T | undefined): void {
    this.value = value;
    try {
      if (value === undefined) sessionStorage.removeItem(PREFIX + this.name);
      else sessionStorage.setItem(PREFIX + this.name, JSON.stringify(value));
    } catch {
      // Storage is disabled: only the value above is kept.
    }
  }
}
