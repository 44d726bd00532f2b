import { read } from './check';

/** The documents whose commands an operator copies. */
const OPERATORS_DOCUMENTS = ['docs/operations.md', 'docs/runbooks.md'];

export interface Fence {
  readonly file: string;
  /** Where it begins, from 1. */
  readonly line: number;
  readonly heading: string;
  readonly language: string;
  /** The word behind the language: who runs it. */
  readonly tag: string;
  /** Why nobody runs it, as the comment above it says. */
  readonly whyNot?: string;
  readonly text: string;
  /** Its lines without comments, continued ones joined. */
  readonly commands: readonly string[];
}

export const fencesIn = (root: string): readonly Fence[] => OPERATORS_DOCUMENTS.flatMap((file) => fencesOf(file, read(root, file)));

export function fencesOf(file: string, document: string): Fence[] {
  const lines = document.split('\n');
  const fences: Fence[] = [];
  let [heading, whyNot] = ['', undefined as string | undefined];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const opened = /^```(\w*) ?(\w*)$/.exec(line);
    if (opened) {
      const end = lines.indexOf('```', at + 1);
      const text = lines.slice(at + 1, end).join('\n');
      fences.push({ file, line: at + 1, heading, language: opened[1]!, tag: opened[2]!, whyNot, text, commands: commandsIn(text) });
      at = end;
    }
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    if (line) whyNot = /^<!-- not run: (.+) -->$/.exec(line)?.[1];
  }
  return fences;
}

const commandsIn = (text: string): string[] => text.replace(/\s*\\\n\s*/g, ' ').split('\n').filter((line) => line.trim() && !line.trim().startsWith('#'));

/** The words of a command, as a shell splits them; of variables and pipes it knows nothing. */
export const wordsOf = (command: string): string[] =>
  [...command.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''));
