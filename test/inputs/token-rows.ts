import { generateKeyPairSync, sign } from 'node:crypto';
import { request, type Row } from './row';
import { claims, hmac, jws, now, SECRET, token } from './tokens';

const refused = { status: 401, code: 'unauthenticated' } as const;
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const es256 = (signed: string): string => sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');

const authorized = (id: string, what: string, authorization: string | readonly string[] | undefined): Row => ({
  id,
  what,
  send: { headers: { Authorization: authorization } },
  answer: refused,
});
const bearing = (id: string, what: string, bearer: string): Row => authorized(id, what, `Bearer ${bearer}`);
const [head, payload, signature] = token().split('.') as [string, string, string];
const raised = Buffer.from(JSON.stringify(claims({ scope: 'scores:write:any' }))).toString('base64url');

/** Decodes to the same bytes: two bits of the last character of 32 bytes in base64url are unused. */
const withOtherSpareBits = (text: string): string => text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1);

/** Invalid tokens of every kind. `lure` returns the address of a server that must never be asked for a key. */
export const tokenRows = (lure: () => string): readonly Row[] => [
  authorized('J01', 'no token', undefined),
  authorized('J02', 'a user name and password', 'Basic YW5uOmFubg=='),
  authorized('J03', 'Bearer without a token', 'Bearer '),
  authorized('J03', 'a token without Bearer', token()),
  authorized('J04', 'two tokens', [`Bearer ${token()}`, `Bearer ${token({ sub: 'bob' })}`]),
  { id: 'J05', what: 'a token in the query', send: { path: `/api/scores/update?access_token=${token()}&token=${token()}`, headers: { Authorization: undefined } }, answer: refused },
  { id: 'J05', what: 'a token in a cookie', send: { headers: { Authorization: undefined, Cookie: `token=${token()}; Authorization=Bearer ${token()}` } }, answer: refused },
  { id: 'J05', what: 'a token in the body', send: { headers: { Authorization: undefined }, body: JSON.stringify({ userId: 'ann', scoreIncrement: 1, access_token: token() }) }, answer: refused },
  bearing('J06', 'garbage', 'garbage'),
  bearing('J06', 'two parts', `${head}.${payload}`),
  bearing('J06', 'no signature', `${head}.${payload}.`),
  bearing('J06', 'five parts, an encrypted token', `${head}.${payload}.${signature}.${payload}.${signature}`),
  bearing('J06', 'claims that are not an object', jws({ alg: 'HS256' }, '"ann"')),
  bearing('J06', 'claims that are not JSON', jws({ alg: 'HS256' }, 'ann')),
  ...['none', 'nOnE', 'None', ''].map((alg) => bearing('J07, J08', `the algorithm ${JSON.stringify(alg)}`, jws({ alg, typ: 'JWT' }, claims(), () => ''))),
  bearing('J07', 'the algorithm none with a valid signature', jws({ alg: 'none' }, claims())),
  bearing('J08', 'another algorithm with the right secret', jws({ alg: 'HS512' }, claims(), (signed) => hmac(signed, SECRET, 'sha512'))),
  bearing('J09', 'a signature made with the public key as the secret', jws({ alg: 'HS256' }, claims(), (signed) => hmac(signed, pem))),
  bearing('J09', 'a key pair of the sender', jws({ alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }) }, claims(), es256)),
  bearing('J10', 'changed claims with the old signature', `${head}.${raised}.${signature}`),
  bearing('J10', 'one character of the signature changed', `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`),
  bearing('J10', 'a signature whose last character has other spare bits', `${head}.${payload}.${withOtherSpareBits(signature)}`),
  bearing('J11', 'a signature of zeros', `${head}.${payload}.${'A'.repeat(43)}`),
  bearing('J11', 'an ES256 signature of zeros', jws({ alg: 'ES256' }, claims(), () => 'A'.repeat(86))),
  bearing('J12', 'another secret', jws({ alg: 'HS256', kid: 'ours' }, claims(), (signed) => hmac(signed, 'another secret, and long enough as well'))),
  bearing('J13', 'its own key in the header', jws({ alg: 'HS256', jwk: { kty: 'oct', k: Buffer.from('mine').toString('base64url') } }, claims(), (signed) => hmac(signed, 'mine'))),
  ...['jku', 'x5u'].map((name): Row => ({
    id: 'J15',
    what: `a ${name} with the address of its key`,
    send: (write) => Promise.resolve(write(request({ headers: { Authorization: `Bearer ${jws({ alg: 'ES256', kid: 'mine', [name]: lure() }, claims(), es256)}` } }))),
    answer: refused,
  })),
  bearing('J16', 'a kid that is a path', jws({ alg: 'HS256', kid: '../../../../dev/null' }, claims(), (signed) => hmac(signed, ''))),
  bearing('J16', 'a kid that is SQL', jws({ alg: 'HS256', kid: "x' UNION SELECT 'mine" }, claims(), (signed) => hmac(signed, 'mine'))),
  bearing('J17', 'an unknown critical header', token({}, { crit: ['b64'], b64: true })),
  bearing('J18', 'expired', token({ exp: now() - 60 })),
  bearing('J19', 'no exp', token({ exp: undefined })),
  ...['9999999999', null, {}, [9_999_999_999]].map((exp) => bearing('J20', `the exp ${JSON.stringify(exp)}`, token({ exp }))),
  bearing('J21', 'not valid yet', token({ nbf: now() + 60 })),
  bearing('J21', 'an nbf that is a string', token({ nbf: 'later' })),
  bearing('J24', 'another issuer', token({ iss: 'https://evil.example' })),
  bearing('J24', 'no issuer', token({ iss: undefined })),
  bearing('J25', 'another audience', token({ aud: 'another' })),
  bearing('J25', 'no audience', token({ aud: undefined })),
  ...[undefined, '', 7, null, ['ann'], { $gt: '' }, 'x'.repeat(256), 'ann\n', 'ann\ud800', 'ann\0'].map((sub) => bearing('J28', `the sub ${JSON.stringify(sub)?.slice(0, 20)}`, token({ sub }))),
  bearing('J28', 'a sub of ten kilobytes', token({ sub: 'x'.repeat(10_000) })),
  { ...bearing('J30', 'a valid token of more than 8 KiB', token({ more: 'x'.repeat(6_200) })), answer: { ...refused, detail: 'longer than 8 KiB' } },
  { id: 'J30', what: 'a valid token of 8,000 bytes, for another user', send: { headers: { Authorization: `Bearer ${token({ more: 'x'.repeat(5_700) })}` }, body: '{"userId":"bob","scoreIncrement":1}' }, answer: { status: 403, code: 'foreign-user' } },
  { id: 'J30', what: 'a valid token of 100 KB', send: { headers: { Authorization: `Bearer ${token({ more: 'x'.repeat(75_000) })}` } }, answer: { status: 431 } },
  ...[undefined, '', 'scores:read', 'scores:write2', 'SCORES:WRITE', 'scores:write,scores:admin', 'scores:admin', ['scores:write', 7], [['scores:write']], ['scores:write scores:admin'], { 'scores:write': true }, 7, true, null].map((scope): Row => ({
    id: 'J29',
    what: `the scope ${JSON.stringify(scope)}`,
    send: { headers: { Authorization: `Bearer ${token({ scope })}` } },
    answer: { status: 403, code: 'insufficient-scope' },
  })),
  { id: 'J01', what: 'no token, with a body that is not JSON', send: { headers: { Authorization: undefined }, body: '{' }, answer: refused },
  { id: 'J01', what: 'no token, with another content type', send: { headers: { 'Authorization': undefined, 'Content-Type': 'text/plain' } }, answer: refused },
];
