import { GOOD_BODY, invalid, type Row } from './row';

const keyed = (what: string, key: string | readonly string[]): Row => ({
  id: 'H39 to H42',
  what: `the Idempotency-Key ${what}`,
  send: { headers: { 'Idempotency-Key': key } },
  answer: invalid({ detail: 'Idempotency-Key must be 1 to 255 visible ASCII characters.' }),
});

export const headerRows: readonly Row[] = [
  keyed('that is empty', ''),
  keyed('of 256 characters', 'k'.repeat(256)),
  keyed('with a space', 'a b'),
  keyed('with a tab', 'a\tb'),
  keyed('in another alphabet', Buffer.from('ключ').toString('latin1')),
  keyed('with a byte above ASCII', 'caf\xe9'),
  keyed('repeated', ['one', 'two']),
  ...Object.entries({ 'Content-Type': ['application/json', 'text/plain'], 'Host': ['one.example', 'two.example'] }).map(([name, values]): Row => ({
    id: 'H70',
    what: `a repeated ${name}`,
    send: { headers: { [name]: values } },
    answer: invalid({ detail: `Repeated header: ${name.toLowerCase()} may appear only once.` }),
  })),
  ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map((name): Row => ({
    id: 'H80',
    what: `${name} on a GET`,
    send: { method: 'GET', headers: { [name]: 'POST', 'Content-Type': 'application/json' }, body: GOOD_BODY },
    answer: { status: 405, headers: { Allow: 'POST' } },
  })),
  ...['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Prefix'].map((name): Row => ({
    id: 'H80',
    what: `${name} on an unknown path`,
    send: { path: '/nothing', headers: { [name]: '/api/scores/update' } },
    answer: { status: 404 },
  })),
  ...['X-User-Id', 'X-Forwarded-User', 'X-Remote-User'].map((name): Row => ({
    id: 'H80',
    what: `${name} instead of a token`,
    send: { headers: { Authorization: undefined, [name]: 'ann' } },
    answer: { status: 401, code: 'unauthenticated' },
  })),
];

const granted = 'https://app.example.com';
const EXPOSED = 'ETag, Location, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate, Allow, X-Request-Id';
const asks = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization, content-type' };
const NO_GRANT = {
  'Access-Control-Allow-Origin': undefined,
  'Access-Control-Allow-Methods': undefined,
  'Access-Control-Allow-Headers': undefined,
  'Access-Control-Allow-Credentials': undefined,
};

/** Pages of other origins: only listed origins get CORS headers, and none may send credentials. */
export const originRows: readonly Row[] = [
  ...[
    'https://evil.example',
    'null',
    'https://app.example.com.evil.example',
    'https://evilapp.example.com',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://example.com',
    'https://a.b.wild.example.com',
    'https://wild.example.com',
    'ionic://localhost',
    'https://app.example.com/',
    '*',
    '',
  ].flatMap((origin): Row[] => [
    { id: 'H81, H82', what: `a read for a page of ${JSON.stringify(origin)}`, send: { method: 'GET', path: '/api/scores/top', headers: { Origin: origin } }, answer: { status: 200, headers: NO_GRANT } },
    { id: 'H81, H82', what: `a preflight for a page of ${JSON.stringify(origin)}`, send: { method: 'OPTIONS', headers: { Origin: origin, ...asks } }, answer: { status: 405, headers: { ...NO_GRANT, Allow: 'POST' } } },
  ]),
  ...[granted, 'https://APP.example.com', 'https://a.wild.example.com', 'capacitor://game'].map((origin): Row => ({
    id: 'H81',
    what: `a read for a page of the allowed origin ${origin}`,
    send: { method: 'GET', path: '/api/scores/top', headers: { Origin: origin } },
    answer: { status: 200, headers: { ...NO_GRANT, 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED, 'Vary': 'Origin' } },
  })),
  {
    id: 'H81',
    what: 'an update without a token, from a page of an allowed origin',
    send: { headers: { Origin: granted, Authorization: undefined } },
    answer: { status: 401, code: 'unauthenticated', headers: { 'Access-Control-Allow-Origin': granted, 'Access-Control-Expose-Headers': EXPOSED } },
  },
  ...Object.entries({
    'authorization,baggage,content-type,idempotency-key,sentry-trace,traceparent,tracestate,x-anything':
      'authorization, baggage, content-type, idempotency-key, sentry-trace, traceparent, tracestate, x-anything',
    'x-good, x bad, x:bad, x-caf\xe9, <x>, "x", , x-good-too': 'x-good, x-good-too',
    [`${'x'.repeat(65)}, ${Array.from({ length: 60 }, (_, i) => `x-${i}`).join()}`]: Array.from({ length: 50 }, (_, i) => `x-${i}`).join(', '),
  }).map(([asked, given]): Row => ({
    id: 'H81',
    what: `a preflight for a page of an allowed origin, asking for ${asked.slice(0, 80)}`,
    send: { method: 'OPTIONS', headers: { Origin: granted, ...asks, 'Access-Control-Request-Headers': asked } },
    answer: {
      status: 204,
      headers: {
        'Access-Control-Allow-Origin': granted,
        'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE',
        'Access-Control-Allow-Headers': given,
        'Access-Control-Allow-Credentials': undefined,
      },
    },
  })),
  ...(
    [
      ['a malformed path', { method: 'GET', path: '/%' }, { status: 400, detail: 'percent-encoded' }],
      ['an unknown path', { method: 'GET', path: '/nothing' }, { status: 404, detail: 'Nothing exists at this path.' }],
      ['an unsupported method', { method: 'PATCH' }, { status: 405 }],
      ['101 headers', { method: 'GET', path: '/', headers: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`X-${i}`, 'y'])) }, { status: 431 }],
    ] as const
  ).map(([what, send, answer]): Row => ({
    id: 'H81',
    what: `${what}, for a page of an allowed origin`,
    send: { ...send, headers: { ...('headers' in send && send.headers), Origin: granted } },
    answer: { ...answer, headers: { ...NO_GRANT, 'Access-Control-Allow-Origin': granted, 'Vary': 'Origin' } },
  })),
];
