import { redactor } from './redact';
import { terminalText } from './terminal-text';

/** `EX_CONFIG` of sysexits.h: a bad or missing setting. */
const EX_CONFIG = 78;

/** `EX_USAGE`: a program that takes no words was given some. */
const EX_USAGE = 64;

/**
 * Runs a role to its end. It takes no words: `--help` prints where its settings come from, and others are refused. A bad setting or a fault
 * while starting is told in lines, without a stack or a secret, and becomes the exit code.
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
  if (isHelp) process.stdout.write('A role takes no words. Its settings come from the environment or a file .env; .env.example explains them.\n');
  else process.stderr.write(`${terminalText(word)}: is not known here; a role takes no words, its settings come from the environment\n`);
  process.exitCode = isHelp ? 0 : EX_USAGE;
}
