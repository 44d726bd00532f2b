import { newCommandId } from '@scoreboard/application';
import { ACTION_NAME, type ActionGrant, SCOPES, USER_ID, USER_ID_RULE } from '@scoreboard/domain';
import { readSettings, SettingsError, withGeneratedSecret } from '@scoreboard/infrastructure/config';
import { signerOf } from '@scoreboard/infrastructure/tokens';
import { Command } from 'commander';
import { print, say, tell } from '../console';
import { NOT_NOTED, operator, scopeList, usage, wholeNumber, withAs } from '../options';
import { onSystem } from '../system';

const MAX_SECONDS = 10 * 365 * 86_400;

interface TokenOptions {
  readonly sub: string;
  readonly scope?: readonly string[];
  readonly action?: string;
  readonly maxIncrement?: number;
  readonly expiresIn: number;
  readonly as?: string;
}

export const token = (): Command =>
  withAs(new Command('token'))
    .description("Prints a token. Signs it with JWT_PRIVATE_KEY, else JWT_SECRET, else the standalone's own secret in DATA_DIR.")
    .requiredOption('--sub <subject>', 'the user or service that the token represents', subject)
    .option('--scope <scopes>', `scopes separated by spaces: ${SCOPES.join(', ')} (default: scores:write)`, scopeList)
    .option('--action <name>', 'makes an action token, valid for one update of the user; requires --max-increment', actionName)
    .option('--max-increment <points>', 'maximum points of that update', wholeNumber('--max-increment', 1, Number.MAX_SAFE_INTEGER))
    .option('--expires-in <seconds>', 'lifetime of the token', wholeNumber('--expires-in', 1, MAX_SECONDS), 3_600)
    .addHelpText('after', '\nExamples:\n  scoreboard token --sub alice\n  scoreboard token --sub game --scope "scores:write:any actions:issue" --expires-in 86400\n  scoreboard token --sub alice --action level-7 --max-increment 50')
    .action(async (options: TokenOptions) => {
      const grant = grantOf(options);
      const isPlayers = 'action' in grant || grant.includes('scores:write');
      if (isPlayers && !USER_ID.test(options.sub)) throw usage(`--sub: a player's id ${USER_ID_RULE}`);
      const signer = await signerOf(withGeneratedSecret(readSettings('cli')));
      if (!signer) throw new SettingsError(['JWT_PRIVATE_KEY: is required to sign tokens; JWT_PUBLIC_KEY and JWT_JWKS_URI only verify tokens']);
      const { sub, expiresIn } = options;
      const signed = await signer.sign(sub, grant, expiresIn);
      const note = { by: operator(options.as), token: signed, subject: sub, grant, expiresIn };
      const { noted } = await onSystem(['token.note'], (system) => system.run('token.note', { ...note, grant: 'action' in grant ? grant : [...grant] }, tell()));
      if (!noted) say(NOT_NOTED);
      print(signed);
    });

function grantOf({ scope, action, maxIncrement }: TokenOptions): readonly string[] | ActionGrant {
  if (action === undefined && maxIncrement === undefined) return scope ?? ['scores:write'];
  if (action === undefined || maxIncrement === undefined) throw usage('--action and --max-increment: each requires the other');
  if (scope) throw usage('--scope: cannot be combined with --action');
  return { action, maxIncrement, tokenId: newCommandId() };
}

function subject(text: string): string {
  if (/^\P{C}{1,255}$/u.test(text)) return text;
  throw usage('--sub: must be 1 to 255 characters');
}

function actionName(text: string): string {
  if (ACTION_NAME.test(text)) return text;
  throw usage('--action: must be 1 to 64 characters of A-Z a-z 0-9 . _ : @ | + -, the first a letter, a digit, _ or -');
}
