const GONE = '[redacted]';

/** What a secret looks like in a text, or in a line of JSON; the rest of the line stays as it is. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/)[^\s"\\/]+@/g, `$1${GONE}@`], // user and password of a URL
  [/\beyJ[\w-]{5,}\.[\w-]*\.[\w-]*/g, GONE], // a JWT
  [/\b(Bearer|Basic) +[\w.~+/=-]{12,}/gi, `$1 ${GONE}`],
  [/([?&](?:access_token|token|password|client_secret)=)[^&\s"\\]+/gi, `$1${GONE}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\[nr]|[\s\w+/=])+(?:-----END [A-Z ]*PRIVATE KEY-----)?/g, GONE],
  [
    /(\\{0,7}")((?:proxy-)?authorization|(?:set-)?cookie|(?:access_?|action_?)?token|password|(?:client_?)?secret)\1(\s*:\s*)\1(?:\\.|[^"\\])*?\1/gi,
    `$1$2$1$3$1${GONE}$1`,
  ],
];

/** Shorter ones would be found in words that are none. */
const SHORTEST = 8;

/** A string of JSON, and the colon after one that names a field. */
const STRING = /"(?:\\.|[^"\\])*"(\s*:)?/g;

/** Whose line it is, which lines are collected by. */
const ROLE = /^"scoreboard-[a-z]+"$/;

/**
 * Makes what takes secrets out of a line: `secrets` wherever they stand, and what looks like one. A line of JSON stays one, with the names of
 * its fields and of the role, though a secret be a part of them.
 */
export function redactor(secrets: readonly string[] = []): (line: string) => string {
  const known = secrets.filter((secret) => secret.length >= SHORTEST).flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const hide = (text: string) => known.reduce((left, secret) => left.replaceAll(secret, GONE), text);
  const hideInValues = (json: string) => json.replace(STRING, (string, colon?: string) => (colon || ROLE.test(string) ? string : hide(string)));
  return (line) => FORMS.reduce((text, [form, instead]) => text.replace(form, instead), line.startsWith('{') ? hideInValues(line) : hide(line));
}
