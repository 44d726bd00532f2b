import { parseArgs } from 'node:util';

/** A line on stderr: standard output is for the result. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Ends with the code of a program, or with 2 and why it failed. Without an exit a server's connection that is still closing would hold the process. */
export const exitWith = (program: Promise<number>): void =>
  void program.catch((error: Error) => (say(error.message), 2)).then((code) => process.exit(code));

/** An option of a command line: what the help says of it, and how its text (undefined: not given) is read; what `read` throws is told to the user. */
export interface Option<Value> {
  /** Stands for its value; empty where it has none. */
  readonly hint: string;
  readonly help: string;
  read(text: string | undefined, name: string): Value;
}

export const flag = (help: string): Option<boolean> => ({ hint: '', help, read: (text) => text !== undefined });

export const text = (hint: string, help: string): Option<string | undefined> => ({ hint, help, read: (given) => given });

/** Whole numbers, separated by commas. */
export const wholes = (hint: string, help: string, { otherwise, min, max = Infinity }: { otherwise: string; min: number; max?: number }): Option<number[]> => ({
  ...{ hint, help },
  read(given = otherwise, name) {
    const all = given.split(',').map(Number);
    const range = max === Infinity ? `at least ${min}` : `from ${min} to ${max}`;
    if (all.some((value) => !Number.isSafeInteger(value) || value < min || value > max)) throw new Error(`--${name}: must be whole numbers, ${range}`);
    return all;
  },
});

export function whole(...given: Parameters<typeof wholes>): Option<number> {
  const many = wholes(...given);
  return { ...many, read: (words, name) => many.read(words, name)[0]! };
}

/** Undefined where it is not given. */
export const optional = <Value>(option: Option<Value>): Option<Value | undefined> => ({
  ...option,
  read: (given, name) => (given === undefined ? undefined : option.read(given, name)),
});

/** What the command line says. Where that is `--help`, prints it and exits 0; where it is wrong, says why and exits 64 (`EX_USAGE`). */
export function readOptions<Values extends object>(usage: string, options: { readonly [Name in keyof Values]: Option<Values[Name]> }): Values {
  const all = Object.entries<Option<unknown>>({ ...options, help: flag('print this') });
  try {
    const types = all.map(([name, { hint }]) => [name, { type: hint ? 'string' : 'boolean' }] as const);
    const { values } = parseArgs({ args: process.argv.slice(2), options: Object.fromEntries(types) });
    if (values.help) {
      const width = Math.max(...all.map(([name, { hint }]) => name.length + hint.length));
      process.stdout.write([usage, '', ...all.map(([name, { hint, help }]) => `  --${`${name} ${hint}`.padEnd(width + 3)}${help}`), ''].join('\n'));
      process.exit(0);
    }
    return Object.fromEntries(all.map(([name, option]) => [name, option.read(values[name]?.toString(), name)])) as Values;
  } catch (error) {
    say((error as Error).message);
    process.exit(64);
  }
}
