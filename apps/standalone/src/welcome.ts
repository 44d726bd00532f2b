import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TokenSigner } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';

const DAY_SECONDS = 24 * 60 * 60;

/** Prints where everything is, and a curl command that works when pasted; with HTTPS it trusts the server's certificate. */
export async function welcome(app: NestFastifyApplication, { TLS_CERT_FILE: certFile }: Settings): Promise<void> {
  const url = await app.getUrl();
  const signer = app.get<TokenSigner | null>(TokenSigner);
  const lines = [`Page   ${url}/`, `API    ${url}/api/scores/top`, `Docs   ${url}/docs`];
  if (signer) lines.push('', ...tryIt(url, await signer.sign('alice', ['scores:write'], DAY_SECONDS), certFile));
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}

const tryIt = (url: string, token: string, certFile?: string): string[] => [
  `Token  ${token}`,
  '       (alice may raise her own score with it for a day; npm run token makes others)',
  '',
  `curl ${certFile ? `--cacert '${certFile}' ` : ''}-X POST ${url}/api/scores/update -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '{"userId":"alice","scoreIncrement":10}'`,
];
