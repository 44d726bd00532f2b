import { parseArgs } from 'node:util';
import { readSettings } from '@scoreboard/infrastructure/config';
import { run } from '@scoreboard/infrastructure/observability';
import { signerOf, withKeptSecret } from '@scoreboard/infrastructure/security';

const HELP = `npm run token -- --sub <user> [--scope <scopes>] [--expires-in <seconds>]

Prints a token signed with JWT_PRIVATE_KEY, or JWT_SECRET, or the standalone's own secret in DATA_DIR.

  --sub         the user or service the token stands for
  --scope       scopes parted by spaces; default scores:write
  --expires-in  how long it is good, in seconds; default 3600
`;

run(async () => {
  const { values } = parseArgs({
    options: {
      sub: { type: 'string' },
      scope: { type: 'string', default: 'scores:write' },
      'expires-in': { type: 'string', default: '3600' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const expiresIn = Number(values['expires-in']);
  if (!values.sub) throw new Error('--sub: is required; see npm run token -- --help');
  if (!Number.isSafeInteger(expiresIn) || expiresIn < 1) throw new Error('--expires-in: must be a whole number of seconds, at least 1');
  const signer = signerOf(withKeptSecret(readSettings('cli')));
  if (!signer) throw new Error('JWT_PRIVATE_KEY: is required to sign tokens; what JWT_PUBLIC_KEY or JWT_JWKS_URI verifies is signed elsewhere');
  process.stdout.write(`${signer.sign(values.sub, values.scope.split(' '), expiresIn)}\n`);
});
