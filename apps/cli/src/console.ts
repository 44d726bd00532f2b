import { createInterface } from 'node:readline/promises';
import { terminalText } from '@scoreboard/infrastructure/observability';
import { CommandFailed, EXIT, type Tell } from '@scoreboard/interfaces/operator';
import { clearProgress, showProgress } from './progress';

/** A line of the answer. */
export function print(line: string): void {
  clearProgress();
  process.stdout.write(`${terminalText(line)}\n`);
}

/** A line beside the answer: for the person, not for a program that reads it. */
export function say(line: string): void {
  clearProgress();
  process.stderr.write(`${terminalText(line)}\n`);
}

/** A result as lines of text, or as one line of JSON. */
export function printResult(result: object, lines: string | readonly string[], json: boolean): void {
  for (const line of json ? [JSON.stringify(result)] : [lines].flat()) print(line);
}

/** An entry of a list: a line of JSON where a program reads, a line for each field on a terminal. */
export function printItem(item: unknown, json: boolean): void {
  const text = JSON.stringify(item);
  if (json || !process.stdout.isTTY) return print(text);
  for (const [name, value] of Object.entries(JSON.parse(text) as object)) print(`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  print('');
}

/** What an act says on the way. */
export const tell = (onItem: (item: unknown) => void = () => undefined): Tell => ({ item: onItem, progress: showProgress });

const canAsk = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY);

/** Throws `CommandFailed` where what destroys is neither confirmed nor can be asked for; before anything is opened. */
export function requireYes({ yes, dryRun }: { readonly yes: boolean; readonly dryRun: boolean }): void {
  if (!yes && !dryRun && !canAsk()) throw new CommandFailed('This cannot be undone: repeat it with --yes, or with --dry-run to see what it would do.', EXIT.usage);
}

/** Asks on a terminal, unless it was said before. Throws `CommandFailed` for every answer but yes. */
export async function confirm(question: string, { yes }: { readonly yes: boolean }): Promise<void> {
  if (yes || !canAsk()) return;
  const asking = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const answer = await asking.question(`${terminalText(question)} [y/N] `);
  asking.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailed('Nothing was changed.');
}
