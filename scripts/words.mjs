/** `EX_USAGE` of sysexits.h. */
const EX_USAGE = 64;

/**
 * Returns the arguments of the program; call it first. `--help` prints the help and exits; an option, or more than `atMost`
 * arguments, is refused.
 */
export function wordsOrExit(help, atMost = 0) {
  const words = process.argv.slice(2);
  if (words.some((word) => word === '--help' || word === '-h')) {
    console.log(help);
    process.exit(0);
  }
  const unknown = words.find((word, at) => word.startsWith('-') || at >= atMost);
  if (unknown !== undefined) refuse(`${unknown}: unknown argument; see --help`);
  return words;
}

export function refuse(line) {
  console.error(line);
  process.exit(EX_USAGE);
}
