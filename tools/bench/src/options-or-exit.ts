/** What the command line asks `read` for. Where that is help, prints it and exits 0; where it is wrong, one line and exit code 64 (`EX_USAGE`). */
export function optionsOrExit<Options>(read: (args: readonly string[]) => Options | undefined, help: string): Options {
  try {
    const options = read(process.argv.slice(2));
    if (options) return options;
    process.stdout.write(help);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(64);
  }
}
