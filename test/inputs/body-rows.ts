import { gzipSync } from 'node:zlib';
import { invalid, type Row } from './row';
import type { Writer } from './raw-http';
import { token } from './tokens';

const ann = (more: string) => `{"userId":"ann","scoreIncrement":1${more}}`;
const of = (userId: string) => `{"userId":${userId},"scoreIncrement":1}`;
const adding = (scoreIncrement: string) => `{"userId":"ann","scoreIncrement":${scoreIncrement}}`;
const json = (id: string, what: string, body: string | Buffer, answer = invalid()): Row => ({ id, what, send: { body }, answer });
const typed = (id: string, what: string, contentType: string | undefined, body = ann('')): Row => ({
  id,
  what,
  send: { headers: { 'Content-Type': contentType }, body },
  answer: { status: 415, detail: /^Unsupported body: expected application\/json/ },
});

const notJson = invalid({ detail: 'The body is not valid JSON.' });
const notUtf8 = invalid({ detail: 'The body is not valid UTF-8.' });
const noObject = invalid({ detail: 'The body must be a JSON object.' });
const twice = invalid({ detail: 'The body has a duplicate member name.' });
const tooDeep = invalid({ detail: 'The body is nested more than 16 levels deep.' });
const wrong = (...errors: string[]) => invalid({ detail: 'The member errors lists each invalid field.', errors });
const tooLarge = { status: 413, detail: 'The body is larger than 16 KiB.', headers: { Connection: 'close' } };

/** Endless chunks, until the server closes the connection. */
const endless: Writer = async (write, isOver) => {
  write(`POST /api/scores/update HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token()}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
  while (!isOver()) {
    write(`400\r\n${' '.repeat(0x400)}\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

export const bodyRows: readonly Row[] = [
  json('H01', 'truncated JSON', '{"userId":', notJson),
  json('H02', 'an empty body', '', notJson),
  json('H03', 'a number', '5', noObject),
  json('H04', 'null', 'null', noObject),
  json('H05', 'an array', '[]', noObject),
  json('H05', 'an array of valid updates', `[${ann('')}]`, noObject),
  json('H06', 'a string', '"x"', noObject),
  typed('H07', 'no content type', undefined),
  typed('H08', 'text/plain', 'text/plain'),
  typed('H09', 'XML', 'application/xml', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><userId>&y;</userId>'),
  typed('H10', 'a form', 'application/x-www-form-urlencoded', 'userId=ann&scoreIncrement=1'),
  typed('H11', 'multipart', 'multipart/form-data; boundary=x', '--x--'),
  typed('H11', 'a JSON patch', 'application/merge-patch+json'),
  { id: 'H11', what: 'a malformed content type', send: { headers: { 'Content-Type': 'application' } }, answer: { status: 415 } },
  typed('H12', 'UTF-16', 'application/json; charset=utf-16'),
  typed('H12', 'Latin-1', 'application/json;charset="iso-8859-1"'),
  ...['bogus', 'gzip', 'br', 'identity, gzip'].map(
    (coding): Row => ({
      id: 'H13',
      what: `the content coding ${coding}`,
      send: { headers: { 'Content-Encoding': coding } },
      answer: { status: 415, detail: 'Unsupported body: expected application/json in UTF-8, not compressed.' },
    }),
  ),
  {
    id: 'H14',
    what: 'ten megabytes of JSON in ten kilobytes of gzip',
    send: { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(ann(' '.repeat(10_000_000))) },
    answer: { status: 415 },
  },
  json('H15', 'one byte over 16 KiB', ann(' '.repeat(16 * 1024 + 1 - ann('').length)), tooLarge),
  json('H16', 'two megabytes', ann(' '.repeat(2_000_000)), tooLarge),
  { id: 'H16', what: 'a gigabyte, announced', send: { headers: { 'Content-Length': '1073741824' } }, answer: tooLarge },
  { id: 'H17', what: 'endless chunks', send: endless, answer: tooLarge },
  json('H18', 'arrays 8,000 deep', `${'['.repeat(8_000)}${']'.repeat(8_000)}`, tooDeep),
  json('H18', 'a member nested 2,000 objects deep', ann(`,"x":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`), tooDeep),
  json('H19', '__proto__', ann(',"__proto__":{"polluted":true}'), notJson),
  json('H19', '__proto__ with escapes', ann(',"__\\u0070roto__":{"polluted":true}'), notJson),
  json('H20', 'constructor.prototype', ann(',"constructor":{"prototype":{"polluted":true}}'), notJson),
  json('H21', 'toString', ann(',"toString":1'), wrong('toString')),
  ...['score', 'rank', 'role', 'commandId', 'version', 'USERID', ''].map((name) => json('H22', `an unknown field ${JSON.stringify(name)}`, ann(`,"${name}":99`), wrong(name))),
  json('H23', 'a duplicate field', ann(',"scoreIncrement":1000'), twice),
  json('H23', 'a duplicate field, once with escapes', ann(',"score\\u0049ncrement":1'), twice),
  json('H23', 'a duplicate unknown field', ann(',"x":{"y":1,"y":2}'), twice),
  json('H24', 'invalid UTF-8', Buffer.from(of('"ann\xff"'), 'latin1'), notUtf8),
  json('H24', 'an overlong slash', Buffer.from(of('"ann\xc0\xaf"'), 'latin1'), notUtf8),
  json('H24', 'a surrogate in UTF-8', Buffer.from(of('"ann\xed\xa0\x80"'), 'latin1'), notUtf8),
  json('H24', 'UTF-16', Buffer.from(ann(''), 'utf16le'), notJson),
  json('H26', 'a lone surrogate', of('"ann\\ud800"'), wrong('userId')),
  ...['ann\\udc00\\ud800', '\\uDFFF', 'ann\\ud83d!'].map((text) => json('H26', `the user ${text}`, of(`"${text}"`), wrong('userId'))),
  json('H26', 'a lone surrogate in an unknown field', ann(',"x":{"y":["\\ud800"]}'), wrong('x.y.0')),
  json('H26', 'a lone surrogate as a field name', ann(',"\\ud800":1'), wrong('\ud800')),
  json('H27', 'a NUL', of('"ann\\u0000"'), wrong('userId')),
  json('H27', 'an unescaped NUL', of('"ann\u0000"'), notJson),
  ...['"5"', '1.5', '1e309', '-1', '0', '-0', '1001', '9007199254740993', '1e-7', 'true', 'null', '[1]', '{"$gt":0}'].map((text) =>
    json('H28 to H37', `the increment ${text}`, adding(text), wrong('scoreIncrement')),
  ),
  ...['NaN', 'Infinity', '01', '+1', '.5', '1.', '0x10', '1_000', "'5'"].map((text) => json('H30, H31', `the increment ${text}, which is not JSON`, adding(text), notJson)),
  json('H38', 'no increment', '{"userId":"ann"}', wrong('scoreIncrement')),
  json('H38', 'no user', '{"scoreIncrement":1}', wrong('userId')),
  json('H38', 'an empty object', '{}', wrong('userId', 'scoreIncrement')),
  json('H38', 'comments', `${ann('')} // please`, notJson),
  json('H38', 'two updates in one body', ann('') + ann(''), notJson),
  ...['{"$gt":""}', '["ann"]', '7', 'null', 'true'].map((text) => json('H44', `the user ${text}`, of(text), wrong('userId'))),
  ...["' OR 1=1--", '<script>alert(1)</script>', 'ann\\r\\n{\\"log.level\\":\\"fatal\\"}', 'ann ', 'аnn', 'ann\\u200b', '.', '..', '`id`', '']
    .map((text) => json('H45 to H48', `the user ${text}`, of(`"${text}"`), wrong('userId'))),
  ...['../../etc/passwd', '${jndi:ldap://x/a}', '{{7*7}}', "'--", '*', '%', '%41nn']
    .map((text) => json('H45 to H48', `the user ${text}, another user`, of(`"${text}"`), { status: 403, code: 'foreign-user' })),
  json('H43', "another user's id", of('"bob"'), { status: 403, code: 'foreign-user' }),
  json('H43', "the user's own id in another case", of('"Ann"'), { status: 403, code: 'foreign-user' }),
];

/** Unusual but valid bodies. */
export const oddBodies: readonly { readonly id: string; readonly what: string; readonly body: string | Buffer; readonly type?: string }[] = [
  { id: 'H25', what: 'a byte order mark', body: `\ufeff${ann('')}` },
  { id: 'H36', what: 'an exponent', body: adding('1e3') },
  { id: 'H36', what: 'a fraction of zero', body: adding('1.0') },
  { id: 'H19', what: 'a member name with escapes', body: '{"user\\u0049d":"ann","scoreIncrement":1}' },
  { id: 'H15', what: 'exactly 16 KiB', body: ann(' '.repeat(16 * 1024 - ann('').length)) },
  { id: 'H12', what: 'charset utf-8', body: ann(''), type: 'application/json; charset=utf-8' },
  { id: 'H12', what: 'charset "UTF-8" in capitals and quotes', body: ann(''), type: 'Application/JSON;charset="UTF-8"' },
];
