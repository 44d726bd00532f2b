import { parseArgs } from 'node:util';
import { newCommandId } from '@scoreboard/application';
import { ACTION_NAME, type ActionGrant } from '@scoreboard/domain';
import { readSettings } from '@scoreboard/infrastructure/config';
import { run } from '@scoreboard/infrastructure/observability';
import { signerOf, withKeptSecret } from '@scoreboard/infrastructure/security';

const HELP = `npm run token -- --sub <user> [--scope <scopes> | --action <name> --max-increment <points>] [--expires-in <seconds>]

Prints a token signed with JWT_PRIVATE_KEY, or JWT_SECRET, or the standalone's own secret in DATA_DIR.

  --sub         the user or service the token stands for
  --scope       scopes parted by spaces; default scores:write
  --action      makes an action token, good for one update by the user; needs --max-increment
  --expires-in  how long it is good, in seconds; default 3600
`;

run(async () => {
  const { values } = parseArgs({
    options: {
      sub: { type: 'string' },
      scope: { type: 'string', default: 'scores:write' },
      'action': { type: 'string' },
      'max-increment': { type: 'string' },
      'expires-in': { type: 'string', default: '3600' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const expiresIn = Number(values['expires-in']);
  if (!values.sub) throw new Error('--sub: is required; see npm run token -- --help');
  if (!Number.isSafeInteger(expiresIn) || expiresIn < 1) throw new Error('--expires-in: must be a whole number of seconds, at least 1');
  const signer = await signerOf(withKeptSecret(readSettings('cli')));
  if (!signer) throw new Error('JWT_PRIVATE_KEY: is required to sign tokens; what JWT_PUBLIC_KEY or JWT_JWKS_URI verifies is signed elsewhere');
  process.stdout.write(`${await signer.sign(values.sub, grantOf(values), expiresIn)}\n`);
});

interface Asked {
  readonly 'scope': string;
  readonly 'action'?: string;
  readonly 'max-increment'?: string;
}

function grantOf({ scope, action, 'max-increment': points }: Asked): readonly string[] | ActionGrant {
  if (action === undefined && points === undefined) return scope.split(' ');
  if (action === undefined || !ACTION_NAME.test(action)) throw new Error('--action: must be 1 to 64 characters of A-Z a-z 0-9 . _ : @ | + -, the first a letter, a digit, _ or -');
  const maxIncrement = Number(points);
  if (!Number.isSafeInteger(maxIncrement) || maxIncrement < 1) throw new Error('--max-increment: must be a whole number, at least 1');
  return { action, maxIncrement, tokenId: newCommandId() };
}
