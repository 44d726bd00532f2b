import { Command, InvalidArgumentError } from 'commander';

const USAGE = 64; // EX_USAGE

/** A line on stderr: standard output is for the result. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Ends with the code of a program, or with 2 and why it failed. Without an exit a server's connection that is still closing would hold the process. */
export const exitWith = (program: Promise<number>): void =>
  void program.catch((error: Error) => (say(error.message), 2)).then((code) => process.exit(code));

/** The command line of a tool. Where it is `--help`, prints what it can be and exits 0; where it is wrong, says why in one line and exits 64. */
export const commandLine = (script: string, description: string): Command =>
  new Command(`npm run ${script} --`)
    .description(description)
    .configureHelp({ helpWidth: 160 }) // the descriptions have their own line breaks
    .showSuggestionAfterError(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode && USAGE));

/** Reads the value of an option: whole numbers, separated by commas. */
export const wholes = (min: number, max = Infinity) => (given: string): number[] => {
  const all = given.split(',').map(Number);
  const range = max === Infinity ? `at least ${min}` : `from ${min} to ${max}`;
  if (all.some((value) => !Number.isSafeInteger(value) || value < min || value > max)) throw new InvalidArgumentError(`It must be whole numbers, ${range}.`);
  return all;
};

export const whole = (...range: Parameters<typeof wholes>) => (given: string): number => wholes(...range)(given)[0]!;

/** Reads at least `min` of these names, separated by commas. */
export const someOf = <Name extends string>(known: readonly Name[], min = 0) => (given: string): Name[] => {
  const names = given.split(',').filter(Boolean) as Name[];
  if (names.length < min || !names.every((name) => known.includes(name))) throw new InvalidArgumentError(`Expected some of ${known.join(', ')}.`);
  return names;
};
