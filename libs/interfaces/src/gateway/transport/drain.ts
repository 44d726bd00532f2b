/** More than the time another gateway needs to accept a client. */
const MS_EACH = 2;
/** Fits the shutdown deadline, together with the steps before and after. */
const MAX_MS = 5_000;
const STEP_MS = 50;

/** Disconnects clients evenly over a period that grows with their number, at most five seconds. */
export async function drain(endings: readonly (() => void)[]): Promise<void> {
  const steps = Math.ceil(Math.min(endings.length * MS_EACH, MAX_MS) / STEP_MS);
  for (let step = 0; step < steps; step++) {
    const begin = Math.floor((endings.length * step) / steps);
    const end = Math.floor((endings.length * (step + 1)) / steps);
    for (const ending of endings.slice(begin, end)) ending();
    if (step + 1 < steps) await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
