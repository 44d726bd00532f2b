import { createInterface } from 'node:readline/promises';
import { terminalText } from '@scoreboard/infrastructure/observability';
import { CommandFailed, EXIT, type Tell } from '@scoreboard/interfaces/operator';
import { clearProgress, showProgress } from './progress';

/** Prints a line of the result, on standard output. */
export function print(line: string): void {
  clearProgress();
  process.stdout.write(`${terminalText(line)}\n`);
}

/** Prints a message for the user, on standard error, so that a program that reads the result does not get it. */
export function say(line: string): void {
  clearProgress();
  process.stderr.write(`${terminalText(line)}\n`);
}

/** Prints a result as lines of text, or as one line of JSON. */
export function printResult(result: object, lines: string | readonly string[], json: boolean): void {
  for (const line of json ? [JSON.stringify(result)] : [lines].flat()) print(line);
}

/** Prints an entry of a list: one line per field on a terminal, otherwise (or with `json`) one line of JSON. */
export function printItem(item: unknown, json: boolean): void {
  const text = JSON.stringify(item);
  if (json || !process.stdout.isTTY) return print(text);
  for (const [name, value] of Object.entries(JSON.parse(text) as object)) print(`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  print('');
}

/** Receives the items and the progress of an act. */
export const tell = (onItem: (item: unknown) => void = () => undefined): Tell => ({ item: onItem, progress: showProgress });

const canAsk = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY);

/** Throws `CommandFailed` if a destructive command has no `--yes` and there is no terminal to ask on. Call it before anything is opened. */
export function requireYes({ yes, dryRun }: { readonly yes: boolean; readonly dryRun: boolean }): void {
  if (!yes && !dryRun && !canAsk()) throw new CommandFailed('This cannot be undone: repeat it with --yes, or with --dry-run to see what it would do.', EXIT.usage);
}

/** Asks on a terminal, unless `yes` is set. Throws `CommandFailed` for every answer except yes. */
export async function confirm(question: string, { yes }: { readonly yes: boolean }): Promise<void> {
  if (yes || !canAsk()) return;
  const asking = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const answer = await asking.question(`${terminalText(question)} [y/N] `);
  asking.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailed('Nothing was changed.');
}
