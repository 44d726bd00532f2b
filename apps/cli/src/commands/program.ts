import { Logger } from '@nestjs/common';
import { redactor } from '@scoreboard/infrastructure/observability';
import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import { Command, CommanderError } from 'commander';
import { say } from '../console';
import { auditLog } from './audit-log';
import { boards } from './boards';
import { clients } from './clients';
import { consumers } from './consumers';
import { deadLetters } from './dead-letters';
import { forget } from './forget';
import { importScores } from './import';
import { migrate } from './migrate';
import { rebuildLeaderboard } from './rebuild-leaderboard';
import { rotateKeys } from './rotate-keys';
import { token } from './token';
import { webhooks } from './webhooks';

const COMMANDS = [token, migrate, clients, deadLetters, consumers, webhooks, auditLog, forget, rotateKeys, rebuildLeaderboard, boards, importScores];

const AFTER = `
Settings come from the environment or a file .env, as for the roles.
While a standalone runs on DATA_DIR, the commands run on it.

Exit codes: 0 done, 1 failed, 3 nothing found, 64 wrong usage, 69 a server is unavailable,
75 busy: try again, 78 a setting is bad or missing.`;

/** Runs one command and resolves with its exit code. Prints errors as lines on standard error, without stacks or secrets. */
export async function runProgram(words: readonly string[]): Promise<number> {
  Logger.overrideLogger(['fatal']); // the commands print everything that an operator needs
  const program = scoreboard();
  try {
    await program.parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    return error instanceof CommanderError ? explainUsage(error, commandOf(program, words)) : explain(error as Error);
  }
}

export function scoreboard(): Command {
  const program = new Command('scoreboard').description('Commands for operators.').addHelpText('after', AFTER);
  for (const make of COMMANDS) program.addCommand(make());
  everyCommand(program, (command) =>
    command.exitOverride().helpOption('-h, --help', 'show this help, and do nothing').configureOutput({ writeErr: () => undefined }).showSuggestionAfterError().helpCommand(false),
  );
  return program.helpCommand('help [command]', 'show the help of a command');
}

function everyCommand(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) everyCommand(child, change);
}

/** `SettingsError` and `CommandFailed` have lines. */
function explain(error: Error & { readonly lines?: readonly string[] }): number {
  const redact = redactor();
  for (const line of error.lines ?? [error.message]) say(redact(line));
  return error instanceof CommandFailed ? error.exitCode : error.lines ? EXIT.setting : EXIT.failed;
}

function explainUsage({ code, exitCode, message }: CommanderError, command: Command): number {
  if (exitCode === 0) return EXIT.done; // requested help
  const said = message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ').replace(/\.?$/, '.');
  say(code === 'commander.help' ? `Name one of ${command.commands.map((child) => child.name()).join(', ')}.` : said);
  return EXIT.usage;
}

/** The innermost known command that these words name. */
function commandOf(program: Command, words: readonly string[]): Command {
  const child = program.commands.find((command) => command.name() === words[0]);
  return child ? commandOf(child, words.slice(1)) : program;
}
