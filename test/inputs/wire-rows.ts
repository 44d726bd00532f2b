import { setTimeout as delay } from 'node:timers/promises';
import type { Writer } from './raw-http';
import { GOOD_BODY, invalid, type Row } from './row';
import { token } from './tokens';

const closed = (status: number): Row['answer'] => ({ status, headers: { Connection: 'close' } });
/** None of these requests asks to close the connection: the server must close it. */
const raw = (id: string, what: string, send: string | Buffer | Writer, answer = closed(400)): Row => ({ id, what, send, answer });
const head = (...lines: string[]): string => ['POST /api/scores/update HTTP/1.1', 'Host: x', `Authorization: Bearer ${token()}`, 'Content-Type: application/json', ...lines].join('\r\n') + '\r\n';
const update = (...lines: string[]): string => `${head(...lines)}\r\n${GOOD_BODY}`;
const length = `Content-Length: ${GOOD_BODY.length}`;
const chunked = `${GOOD_BODY.length.toString(16)}\r\n${GOOD_BODY}\r\n0\r\n\r\n`;
const get = (...lines: string[]): string => `GET /api/scores/top HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;

export const wireRows: readonly Row[] = [
  raw('H68', 'a length and chunks', `${head(length, 'Transfer-Encoding: chunked')}\r\n${chunked}`),
  raw('H68', 'chunks and a length', `${head('Transfer-Encoding: chunked', 'Content-Length: 4')}\r\n${chunked}`),
  raw('H68', 'a length and chunks, with a smuggled update after them', `${head('Content-Length: 5', 'Transfer-Encoding: chunked')}\r\n0\r\n\r\n${update(length)}`),
  raw('H69', 'two lengths, with a smuggled update', `${head('Content-Length: 0', length)}\r\n${update(length)}`),
  raw('H69', 'two lengths', update(length, 'Content-Length: 1')),
  raw('H69', 'a length that is a list', update(`${length}, ${GOOD_BODY.length}`)),
  raw('H69', 'a length with a sign', update('Content-Length: +35')),
  raw('H69', 'a negative length', update('Content-Length: -1')),
  raw('H70', 'a folded header', update('X-Long: one\r\n two', length)),
  raw('H70', 'a bare line feed between headers', get('Host: x\nX: y')),
  raw('H70', 'a space before a colon', get('Host : x')),
  raw('H70', 'a header without a name', get('Host: x', ': y')),
  raw('H70', 'a NUL in a header', get('Host: x', 'X: a\u0000b')),
  raw('H71', 'no Host', get('X: y'), invalid({ detail: 'The Host header is missing.', headers: { Connection: 'close' } })),
  ...['x y', 'user@x', 'x/y', 'http://x', 'x:y', ''].map((host) =>
    raw('H71', `the Host ${JSON.stringify(host)}`, get(`Host: ${host}`), invalid({ detail: 'The Host header is malformed.', headers: { Connection: 'close' } })),
  ),
  raw('H72', 'an unknown method', 'BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n'),
  raw('H72', 'no version, HTTP/0.9', 'GET /\r\n\r\n', invalid({ detail: 'The Host header is missing.', headers: { Connection: 'close' } })),
  raw('H72', 'HTTP/9.9', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'),
  raw('H72', 'an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  raw('H72', 'a TLS handshake', Buffer.from('16030100a5010000a10303', 'hex')),
  raw('H72', 'binary data', Buffer.from([0, 1, 2, 3, 13, 10, 13, 10])),
  raw('H72', 'CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n', { ...closed(400), detail: 'CONNECT is not supported: this server is not a proxy.' }),
  raw('H73', 'another transfer coding', `${head('Transfer-Encoding: xchunked')}\r\n${chunked}`),
  raw('H73', 'chunked, followed by another coding', `${head('Transfer-Encoding: chunked, identity')}\r\n${chunked}`),
  raw('H73', 'a malformed chunk size', `${head('Transfer-Encoding: chunked')}\r\nzz\r\n`),
  raw('H74', 'a header of 17 KB', get('Host: x', `X: ${'x'.repeat(17_000)}`), closed(431)),
  raw('H74', 'a path of 17 KB', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, closed(431)),
  raw('H75', '2,000 headers', get('Host: x', ...Array.from({ length: 2_000 }, (_, i) => `${i}:`)), closed(431)),
  raw('H75', '101 headers', get('Host: x', ...Array.from({ length: 100 }, (_, i) => `X-${i}: y`)), closed(431)),
  raw('H78', 'an unknown expectation', update('Expect: 200-maybe', length), closed(417)),
  ...['h2c', 'TLS/1.0', 'websocket'].flatMap((protocol) => {
    const upgrade = ['Connection: close, Upgrade, HTTP2-Settings', `Upgrade: ${protocol}`, 'HTTP2-Settings: AAMAAABk'];
    return [
      raw('H79', `an ignored upgrade to ${protocol}`, get('Host: x', ...upgrade), closed(200)),
      raw('H79', `an upgrade to ${protocol} on an unknown path`, get('Host: x', ...upgrade).replace('/api/scores/top', '/nothing'), closed(404)),
      raw('H79', `an upgrade to ${protocol} with an invalid body`, `${head('Content-Length: 2', ...upgrade)}\r\n{}`, { ...closed(400), code: 'invalid-request' }),
    ];
  }),
  raw('H79', 'an upgrade to h2c on the WebSocket path', get('Host: x', 'Connection: close, Upgrade', 'Upgrade: h2c').replace('/api/scores/top', '/ws/scores'), { status: 426, headers: { Upgrade: 'websocket' } }),
];

const trickle = (start: string): Writer => async (write, isOver) => {
  write(start);
  while (!isOver()) {
    await delay(500);
    write('x');
  }
};

/** Each takes until the server's time limit: ten seconds, plus up to one until its next check. */
export const slowRows: readonly Row[] = [
  raw('H76', 'a silent client', () => Promise.resolve(), closed(408)),
  raw('H76', 'headers at two bytes per second', trickle('GET /api/scores/top HTTP/1.1\r\nHost: x\r\nX: '), closed(408)),
  raw('H77', 'a body at two bytes per second', trickle(`${head('Content-Length: 1000')}\r\n`), closed(408)),
  raw('H77', 'a body that never arrives', `${head(length)}\r\n`, closed(408)),
];
