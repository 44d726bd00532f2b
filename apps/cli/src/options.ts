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

/** A switch that is off unless it is given. Its help names no default. */
export function withFlag(command: Command, flags: string, description: string): Command {
  command.option(flags, description);
  return command.setOptionValue(command.options.at(-1)!.attributeName(), false);
}

export const withJson = (command: Command): Command => withFlag(command, '--json', 'answer in JSON');

/** `destroys` where what is done cannot be undone. */
export function withChange(command: Command, { destroys = false } = {}): Command {
  withFlag(withAs(command), '--dry-run', 'say what would be done, and change nothing');
  withFlag(command, '-y, --yes', destroys ? 'do it without a question; required where nobody can be asked' : 'do it without a question');
  return withJson(command);
}

export const withAs = (command: Command): Command => command.option('--as <name>', "your name in the audit trail (default: the system's user)", personName);

/** Who runs the command. */
export function operator(name?: string): Operator {
  const user = systemUser();
  return { name: name ?? user, console: `${user}@${hostname()}` };
}

/** A user of a container need not have a name. */
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

/** A whole number within bounds, for the option or argument of this name. */
export const wholeNumber = (name: string, min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw usage(`${name}: must be a whole number from ${min} to ${max}`);
};

/** Scopes parted by spaces, none of which is unknown. */
export function scopeList(text: string): string[] {
  const scopes = text.split(' ').filter(Boolean);
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown === undefined && scopes.length) return scopes;
  throw usage(`--scope: ${unknown === undefined ? 'names no scope' : `${unknown} is not known`}; there are ${SCOPES.join(', ')}`);
}

/** Said where an act may happen without an audit trail, and did. */
export const NOT_NOTED = 'Not noted in an audit trail: DATABASE_URL is not set, and no standalone of this key is found by DATA_DIR.';
