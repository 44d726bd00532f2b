/** What a browser has of this and Node has not. */
interface PageLifecycle {
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: EventSource & { readonly visibilityState: string };
  readonly addEventListener?: EventSource['addEventListener'];
  readonly removeEventListener?: EventSource['removeEventListener'];
}

interface EventSource {
  addEventListener(event: string, listener: () => void): void;
  removeEventListener(event: string, listener: () => void): void;
}

const LOOK_MS = 5_000;
/** A timer that comes so late was not late: the machine slept. */
const SLEPT_MS = 15_000;

const here = globalThis as unknown as PageLifecycle;

/** False where the machine knows that it has no network. */
export const isOnline = (): boolean => here.navigator?.onLine !== false;

/** False for a tab that nobody sees. */
export const isVisible = (): boolean => here.document?.visibilityState !== 'hidden';

/**
 * Calls `onWake` when a connection may have died unnoticed (the tab is seen again, the network is back, the machine slept),
 * and `onOffline` when the network goes. Returns what ends it. Costs a look at the clock every five seconds, which keeps no
 * process alive.
 */
export function watchSurroundings(onWake: () => void, onOffline: () => void): () => void {
  const seen = () => void (isVisible() && onWake());
  const listeners: [EventSource | undefined, string, () => void][] = [
    [windowOf(here), 'online', onWake],
    [windowOf(here), 'offline', onOffline],
    [windowOf(here), 'pageshow', onWake],
    [here.document, 'visibilitychange', seen],
  ];
  for (const [source, event, listener] of listeners) source?.addEventListener(event, listener);
  let lookedAt = Date.now();
  const timer = setInterval(() => {
    // A browser slows the timers of a tab that nobody sees; being seen again is told above.
    if (Date.now() - lookedAt > SLEPT_MS) seen();
    lookedAt = Date.now();
  }, LOOK_MS) as unknown as { unref?(): void };
  timer.unref?.();
  return () => {
    for (const [source, event, listener] of listeners) source?.removeEventListener(event, listener);
    clearInterval(timer as unknown as Parameters<typeof clearInterval>[0]);
  };
}

const windowOf = ({ addEventListener, removeEventListener }: PageLifecycle): EventSource | undefined =>
  addEventListener && removeEventListener ? { addEventListener: addEventListener.bind(globalThis), removeEventListener: removeEventListener.bind(globalThis) } : undefined;
