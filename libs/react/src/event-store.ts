import type { Scoreboard, ScoreboardEventMap } from '@scoreboard/client';

/** The last value of one event, as `useSyncExternalStore` wants it: any number of components share one listener. */
export interface EventStore<Value> {
  subscribe(notify: () => void): () => void;
  /** Undefined until the first value, and while nobody subscribes. */
  read(): Value | undefined;
}

/** The stores of each scoreboard, by event. */
const stores = new WeakMap<Scoreboard, Map<string, EventStore<unknown>>>();

/** How many subscriptions each scoreboard has. */
const uses = new WeakMap<Scoreboard, number>();

/** The store of an event; always the same one. */
export function storeOf<Event extends keyof ScoreboardEventMap>(scoreboard: Scoreboard, event: Event): EventStore<ScoreboardEventMap[Event]> {
  const own = stores.get(scoreboard) ?? new Map<string, EventStore<unknown>>();
  stores.set(scoreboard, own);
  const store = own.get(event) ?? makeStore(scoreboard, event);
  own.set(event, store);
  return store as EventStore<ScoreboardEventMap[Event]>;
}

function makeStore<Event extends keyof ScoreboardEventMap>(scoreboard: Scoreboard, event: Event): EventStore<ScoreboardEventMap[Event]> {
  const listeners = new Set<() => void>();
  let value: ScoreboardEventMap[Event] | undefined;
  let end: (() => void) | undefined;
  const take = (next: ScoreboardEventMap[Event]) => {
    value = next;
    for (const notify of listeners) notify();
  };
  return {
    read: () => value,
    subscribe: (notify) => {
      const own = () => notify(); // a function that is added twice can be removed once
      listeners.add(own);
      count(scoreboard, 1);
      end ??= scoreboard.on(event, take);
      return () => {
        listeners.delete(own);
        count(scoreboard, -1);
        if (listeners.size) return;
        end?.();
        [end, value] = [undefined, undefined];
      };
    },
  };
}

/** Closes the connection when no component has used it for a turn: StrictMode and a change of pages unmount and mount again at once. */
function count(scoreboard: Scoreboard, change: number): void {
  uses.set(scoreboard, (uses.get(scoreboard) ?? 0) + change);
  if (change < 0) setTimeout(() => uses.get(scoreboard) || scoreboard.close());
}
