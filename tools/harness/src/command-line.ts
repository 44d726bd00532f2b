/** A line on stderr: standard output is for the result. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** What the command line asks `read` for. Where that is help (undefined), prints it and exits 0; where it is wrong, one line and exit code 64 (`EX_USAGE`). */
export function optionsOrExit<Options>(read: (args: readonly string[]) => Options | undefined, help: string): Options {
  try {
    const options = read(process.argv.slice(2));
    if (options) return options;
    process.stdout.write(help);
    process.exit(0);
  } catch (error) {
    say((error as Error).message);
    process.exit(64);
  }
}

/** The whole numbers of an option, parted by commas; throws an error of one line. */
export function wholes(name: string, text: string, min: number, max = Infinity): number[] {
  const all = text.split(',').map(Number);
  const range = max === Infinity ? `at least ${min}` : `from ${min} to ${max}`;
  if (all.some((value) => !Number.isSafeInteger(value) || value < min || value > max)) throw new Error(`--${name}: must be whole numbers, ${range}`);
  return all;
}

/** The one whole number of an option. */
export const whole = (name: string, text: string, min: number, max?: number): number => wholes(name, text, min, max)[0]!;
