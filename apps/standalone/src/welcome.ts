import type { TokenSigner } from '@scoreboard/application';

const DAY_SECONDS = 24 * 60 * 60;

/** Where everything is, and a curl command that works when pasted. */
export function welcome(url: string, signer: TokenSigner | null): string {
  const lines = [`Page   ${url}/`, `API    ${url}/api/scores/top`, `Docs   ${url}/docs`];
  if (signer) lines.push('', ...tryIt(url, signer.sign('alice', ['scores:write'], DAY_SECONDS)));
  return `\n${lines.join('\n')}\n\n`;
}

const tryIt = (url: string, token: string): string[] => [
  `Token  ${token}`,
  '       (alice may raise her own score with it for a day; npm run token makes others)',
  '',
  `curl -X POST ${url}/api/scores/update -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '{"userId":"alice","scoreIncrement":10}'`,
];
