/** How the commands end, after sysexits.h where that has a code. */
export const EXIT = {
  done: 0,
  /** Something else went wrong. */
  failed: 1,
  /** What was named is not there. */
  notFound: 3,
  /** `EX_USAGE`: the words or options of the command. */
  usage: 64,
  /** `EX_UNAVAILABLE`: a server does not answer. */
  unavailable: 69,
  /** `EX_TEMPFAIL`: somebody else is at it; try again. */
  busy: 75,
  /** `EX_CONFIG`: a setting is bad or missing. */
  setting: 78,
} as const;

/** Ends a command with a line for the operator, or some: what is wrong and what to do. */
export class CommandFailed extends Error {
  readonly lines: readonly string[];

  constructor(
    lines: string | readonly string[],
    readonly exitCode: number = EXIT.failed,
  ) {
    super([lines].flat().join('\n'));
    this.name = 'CommandFailed';
    this.lines = [lines].flat();
  }
}
