/** Exit codes of the commands; those of sysexits.h if it has one. */
export const EXIT = {
  done: 0,
  /** Any other error. */
  failed: 1,
  /** The named item does not exist. */
  notFound: 3,
  /** `EX_USAGE`: unknown command or option. */
  usage: 64,
  /** `EX_UNAVAILABLE`: a server does not answer. */
  unavailable: 69,
  /** `EX_TEMPFAIL`: another process is doing this; try again. */
  busy: 75,
  /** `EX_CONFIG`: a setting is invalid or missing. */
  setting: 78,
} as const;

/** Ends a command with one or more lines for the operator: what is wrong and what to do. */
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
