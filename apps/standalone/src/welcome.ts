import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TokenSigner } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';

const DAY_SECONDS = 24 * 60 * 60;

/** Prints the URLs and a curl command that works when pasted. With HTTPS the command trusts the server's certificate. */
export async function welcome(app: NestFastifyApplication, { TLS_CERT_FILE: certFile, ADMIN_DESK }: Settings): Promise<void> {
  const url = await app.getUrl();
  const signer = app.get<TokenSigner | null>(TokenSigner);
  const lines = [`Page   ${url}/`, `API    ${url}/api/scores/top`, `Docs   ${url}/docs`, ...(ADMIN_DESK ? [`Desk   ${url}/admin`] : [])];
  if (signer) lines.push('', ...tryIt(url, await signer.sign('alice', ['scores:write'], DAY_SECONDS), certFile));
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}

const tryIt = (url: string, token: string, certFile?: string): string[] => [
  `Token  ${token}`,
  '       (raises the score of alice; valid for one day; npm run token issues others)',
  '',
  `curl ${certFile ? `--cacert '${certFile}' ` : ''}-X POST ${url}/api/scores/update -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '{"userId":"alice","scoreIncrement":10}'`,
];
