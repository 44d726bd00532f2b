import { redactor } from './redact';
import { terminalText } from './terminal-text';

/** `EX_CONFIG` of sysexits.h: a bad or missing setting. */
const EX_CONFIG = 78;

/** `EX_USAGE`: the program was started with arguments but takes none. */
const EX_USAGE = 64;

/**
 * Runs a role. It takes no arguments: `--help` prints where its settings come from, anything else is refused. A bad setting or an
 * error at the start is printed, one line each, without stack traces and secrets, and sets the exit code.
 */
export function run(main: () => Promise<void>): void {
  const [word] = process.argv.slice(2);
  if (word !== undefined) return explainNoWords(word);
  main().catch((error: Error & { lines?: readonly string[] }) => {
    for (const line of error.lines ?? [error.message]) process.stderr.write(`${terminalText(redactor()(line))}\n`);
    process.exit(error.lines ? EX_CONFIG : 1);
  });
}

function explainNoWords(word: string): void {
  const isHelp = ['--help', '-h'].includes(word);
  if (isHelp) process.stdout.write('A role takes no arguments. Its settings come from the environment or the file .env; .env.example explains them.\n');
  else process.stderr.write(`${terminalText(word)}: unknown argument; a role takes no arguments, its settings come from the environment\n`);
  process.exitCode = isHelp ? 0 : EX_USAGE;
}
