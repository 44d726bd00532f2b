const GONE = '[redacted]';

/** Patterns of secrets in a text or in a line of JSON, with replacements. The rest of the line is unchanged. */
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

/** Shorter secrets would match parts of ordinary words. */
const SHORTEST = 8;

/** A JSON string, including the colon if it is a field name. */
const STRING = /"(?:\\.|[^"\\])*"(\s*:)?/g;

/** The name of the role, which log collectors group by. */
const ROLE = /^"scoreboard-[a-z]+"$/;

/**
 * Returns a function that redacts a line: all `secrets`, and everything that looks like a secret. A line of JSON stays valid JSON; its
 * field names and the role name stay unchanged, even if they contain a secret.
 */
export function redactor(secrets: readonly string[] = []): (line: string) => string {
  const known = secrets.filter((secret) => secret.length >= SHORTEST).flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const hide = (text: string) => known.reduce((left, secret) => left.replaceAll(secret, GONE), text);
  const hideInValues = (json: string) => json.replace(STRING, (string, colon?: string) => (colon || ROLE.test(string) ? string : hide(string)));
  return (line) => FORMS.reduce((text, [form, instead]) => text.replace(form, instead), line.startsWith('{') ? hideInValues(line) : hide(line));
}
