import type { TokenSigner } from '@scoreboard/application';

const DAY_SECONDS = 24 * 60 * 60;

/** Where everything is, and a curl command that works when pasted; with HTTPS it trusts the certificate in `certFile`. */
export async function welcome(url: string, signer: TokenSigner | null, certFile?: string): Promise<string> {
  const lines = [`Page   ${url}/`, `API    ${url}/api/scores/top`, `Docs   ${url}/docs`];
  if (signer) lines.push('', ...tryIt(url, await signer.sign('alice', ['scores:write'], DAY_SECONDS), certFile));
  return `\n${lines.join('\n')}\n\n`;
}

const tryIt = (url: string, token: string, certFile?: string): string[] => [
  `Token  ${token}`,
  '       (alice may raise her own score with it for a day; npm run token makes others)',
  '',
  `curl ${certFile ? `--cacert '${certFile}' ` : ''}-X POST ${url}/api/scores/update -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '{"userId":"alice","scoreIncrement":10}'`,
];
