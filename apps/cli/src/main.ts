import { runProgram } from './program';

// A reader that has seen enough, such as head, ends the command.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

void runProgram(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
