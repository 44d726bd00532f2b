import { redactor } from './redact';

/** `EX_CONFIG` of sysexits.h: a bad or missing setting. */
const EX_CONFIG = 78;

/** Runs a program to its end: a bad setting or a fault while starting is told in lines, without a stack or a secret, and becomes the exit code. */
export function run(main: () => Promise<void>): void {
  main().catch((error: Error & { lines?: readonly string[] }) => {
    process.stderr.write(`${redactor()((error.lines ?? [error.message]).join('\n'))}\n`);
    process.exit(error.lines ? EX_CONFIG : 1);
  });
}
