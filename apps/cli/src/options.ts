import { hostname, userInfo } from 'node:os';
import type { Operator } from '@scoreboard/application';
import { isScope, SCOPES } from '@scoreboard/domain';
import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import type { Command } from 'commander';

export interface JsonOption {
  readonly json: boolean;
}

/** The options of every command that changes something. */
export interface ChangeOptions extends JsonOption {
  readonly as?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** Adds a flag that is false by default. Its help shows no default. */
export function withFlag(command: Command, flags: string, description: string): Command {
  command.option(flags, description);
  return command.setOptionValue(command.options.at(-1)!.attributeName(), false);
}

export const withJson = (command: Command): Command => withFlag(command, '--json', 'print JSON');

/** Set `destroys` if the command cannot be undone. */
export function withChange(command: Command, { destroys = false } = {}): Command {
  withFlag(withAs(command), '--dry-run', 'show what would be done, and change nothing');
  withFlag(command, '-y, --yes', destroys ? 'do not ask for confirmation; required without a terminal' : 'do not ask for confirmation');
  return withJson(command);
}

export const withAs = (command: Command): Command => command.option('--as <name>', "your name for the audit trail (default: the system's user)", personName);

/** Who runs the command. */
export function operator(name?: string): Operator {
  const user = systemUser();
  return { name: name ?? user, console: `${user}@${hostname()}` };
}

/** A container's user may have no name. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.()}`;
  }
}

function personName(name: string): string {
  if (/^\P{C}{1,64}$/u.test(name)) return name;
  throw usage('--as: must be a name of 1 to 64 characters');
}

export const usage = (message: string): CommandFailed => new CommandFailed(message, EXIT.usage);

/** Parses a whole number from `min` to `max`; `name` is the option or argument that errors mention. */
export const wholeNumber = (name: string, min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw usage(`${name}: must be a whole number from ${min} to ${max}`);
};

/** Parses scopes separated by spaces; refuses unknown ones. */
export function scopeList(text: string): string[] {
  const scopes = text.split(' ').filter(Boolean);
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown === undefined && scopes.length) return scopes;
  throw usage(`--scope: ${unknown === undefined ? 'names no scope' : `${unknown} is unknown`}; the scopes are ${SCOPES.join(', ')}`);
}

/** Printed after an act that was done without an audit trail. */
export const NOT_NOTED = 'Not recorded in an audit trail: DATABASE_URL is not set, and DATA_DIR has no standalone with this key.';
