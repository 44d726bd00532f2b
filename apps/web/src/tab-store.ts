const PREFIX = 'scoreboard-';

/** A value that outlives a reload, for as long as the tab is open. Where the browser keeps nothing (it may forbid that), it lives as long as the page. */
export class TabStore<T> {
  private value?: T;

  constructor(private readonly name: string) {
    try {
      const kept = sessionStorage.getItem(PREFIX + name);
      this.value = kept === null ? undefined : (JSON.parse(kept) as T);
    } catch {
      this.value = undefined; // nothing may be read, or what is there is not ours
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
      // Nothing may be written: the value above is all there is.
    }
  }
}
