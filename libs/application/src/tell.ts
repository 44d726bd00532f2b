/** Calls a listener that only tells of something, where there is one. What it throws fails nothing of what it tells of: it is a warning of the process. */
export function tell<Args extends unknown[]>(listener: ((...args: Args) => void) | undefined, ...args: Args): void {
  try {
    listener?.(...args);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
