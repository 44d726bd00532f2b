import { runProgram } from './commands/program';

// A reader that closes the pipe early, such as head, ends the command.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

void runProgram(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
