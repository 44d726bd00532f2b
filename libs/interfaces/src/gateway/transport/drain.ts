/** Each client takes another gateway about this long to let in, with room to spare. */
const MS_EACH = 2;
/** With the time before and after it, this is what draining may take. */
const MAX_MS = 5_000;
const STEP_MS = 50;

/** Ends clients evenly over a time that grows with their number, five seconds at most. */
export async function drain(endings: readonly (() => void)[]): Promise<void> {
  const steps = Math.ceil(Math.min(endings.length * MS_EACH, MAX_MS) / STEP_MS);
  for (let step = 0; step < steps; step++) {
    const begin = Math.floor((endings.length * step) / steps);
    const end = Math.floor((endings.length * (step + 1)) / steps);
    for (const ending of endings.slice(begin, end)) ending();
    if (step + 1 < steps) await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
