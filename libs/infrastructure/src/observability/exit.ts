import { redactor } from './redact';
import { terminalText } from './terminal-text';

/** `EX_CONFIG` of sysexits.h: a bad or missing setting. */
const EX_CONFIG = 78;

/** Runs a program to its end: a bad setting or a fault while starting is told in lines, without a stack or a secret, and becomes the exit code. */
export function run(main: () => Promise<void>): void {
  main().catch((error: Error & { lines?: readonly string[] }) => {
    for (const line of error.lines ?? [error.message]) process.stderr.write(`${terminalText(redactor()(line))}\n`);
    process.exit(error.lines ? EX_CONFIG : 1);
  });
}
