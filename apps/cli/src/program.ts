import { Logger } from '@nestjs/common';
import { redactor } from '@scoreboard/infrastructure/observability';
import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command, CommanderError } from 'commander';
import { auditLog } from './commands/audit-log';
import { clients } from './commands/clients';
import { deadLetters } from './commands/dead-letters';
import { forget } from './commands/forget';
import { migrate } from './commands/migrate';
import { rebuildLeaderboard } from './commands/rebuild-leaderboard';
import { rotateKeys } from './commands/rotate-keys';
import { token } from './commands/token';
import { say } from './console';

const COMMANDS = [token, migrate, clients, deadLetters, auditLog, forget, rotateKeys, rebuildLeaderboard];

const AFTER = `
Settings come from the environment or a file .env, as those of the roles do.
While a standalone runs on DATA_DIR, the commands act on it.

Exit codes: 0 done, 1 failed, 3 nothing found, 64 wrong usage, 69 a server is away,
75 busy: try again, 78 a setting is bad or missing.`;

/** Runs one command to its end; resolves with the exit code. What goes wrong is told in lines on standard error, without a stack or a secret. */
export async function runProgram(words: readonly string[]): Promise<number> {
  Logger.overrideLogger(['fatal']); // what operators must know, the commands say themselves
  const program = scoreboard();
  try {
    await program.parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    return error instanceof CommanderError ? explainUsage(error, commandOf(program, words)) : explain(error as Error);
  }
}

export function scoreboard(): Command {
  const program = new Command('scoreboard').description('The commands of an operator.').addHelpText('after', AFTER);
  for (const make of COMMANDS) program.addCommand(make());
  everyCommand(program, (command) =>
    command.exitOverride().helpOption('-h, --help', 'show this, and do nothing').configureOutput({ writeErr: () => undefined }).showSuggestionAfterError().helpCommand(false),
  );
  return program.helpCommand('help [command]', 'show the help of a command');
}

function everyCommand(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) everyCommand(child, change);
}

/** A bad setting has lines, too. */
function explain(error: Error & { readonly lines?: readonly string[] }): number {
  const redact = redactor();
  for (const line of error.lines ?? [error.message]) say(redact(line));
  return error instanceof CommandFailed ? error.exitCode : error.lines ? EXIT.setting : EXIT.failed;
}

function explainUsage({ code, exitCode, message }: CommanderError, command: Command): number {
  if (exitCode === 0) return EXIT.done; // help that was asked for
  const said = message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ').replace(/\.?$/, '.');
  say(code === 'commander.help' ? `Name one of ${command.commands.map((child) => child.name()).join(', ')}.` : said);
  return EXIT.usage;
}

/** The command that these words lead to, as far as they are known. */
function commandOf(program: Command, words: readonly string[]): Command {
  const child = program.commands.find((command) => command.name() === words[0]);
  return child ? commandOf(child, words.slice(1)) : program;
}
