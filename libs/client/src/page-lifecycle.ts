/** Browser globals that Node lacks. */
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
/** A timer that is this late means that the machine slept. */
const SLEPT_MS = 15_000;

const here = globalThis as unknown as PageLifecycle;

/** False if the machine knows that it has no network. */
export const isOnline = (): boolean => here.navigator?.onLine !== false;

/** False for a hidden tab. */
export const isVisible = (): boolean => here.document?.visibilityState !== 'hidden';

/**
 * Calls `onWake` when a connection may have died unnoticed (the tab is visible again, the network is back, the machine slept),
 * and `onOffline` when the network is lost. Returns a function that stops both. Costs one timer every five seconds, which does not
 * keep the process alive.
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
    // Browsers slow down the timers of hidden tabs; `visibilitychange` covers those.
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
