import type { Expected } from './row';
import { claims, jws, token } from './tokens';

/** What a client sends on a WebSocket at `/socket.io/` or `/ws/scores`, and how the connection ends. */
export interface SocketRow {
  readonly id: string;
  readonly what: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Frames to send, in order, once the socket is open. */
  readonly send?: readonly (string | Buffer)[];
  /** Frames to send once the board has arrived, that is, after joining the namespace. */
  readonly thenSend?: readonly string[];
  /** The answer to a refused handshake, engine.io's own 400, or the last frame, the frame before it, or the close code. */
  readonly ends: { readonly refused: Expected } | { readonly refusedByEngine: 400 } | { readonly says?: string; readonly saysBefore?: string; readonly code?: number };
}

const IO = '/socket.io/?EIO=4&transport=websocket';
const PLAIN = '/ws/scores';
const CONNECT = '40/ws/scores,';
const io = (id: string, what: string, ...send: (string | Buffer)[]): SocketRow => ({ id, what, path: IO, send, ends: {} });
const plain = (id: string, what: string, code: number, ...send: (string | Buffer)[]): SocketRow => ({ id, what: `${what}, without Socket.IO`, path: PLAIN, send, ends: { code } });
const saying = (id: string, what: string, auth: object, detail: string): SocketRow => ({
  id,
  what,
  path: IO,
  send: [CONNECT + JSON.stringify(auth)],
  ends: { says: `44/ws/scores,${JSON.stringify({ message: 'unauthenticated', data: { status: 401, detail } })}` },
});
const NO_JWT = 'Malformed token: expected three dot-separated base64url parts.';
/** Told why by an event, and then sent out of the namespace: its client does not come back by itself. */
const farewell = (id: string, what: string, why: object, ...thenSend: string[]): SocketRow => ({
  id,
  what,
  path: IO,
  send: [CONNECT],
  thenSend,
  ends: { says: '41/ws/scores,', saysBefore: `42/ws/scores,${JSON.stringify(['closing', why])}` },
});
const TOO_LONG = { code: 1009, reason: 'message too long: limit 4 KiB, with a token 16 KiB' };
const large = 'x'.repeat(5_000);

export const socketRows: readonly SocketRow[] = [
  ...['https://evil.example', 'null', 'https://app.example.com.evil.example', 'http://app.example.com', 'https://a.b.wild.example.com', 'ionic://localhost'].map((origin): SocketRow => ({
    id: 'W01, W02',
    what: `a page of ${origin}, without Socket.IO`,
    path: PLAIN,
    headers: { Origin: origin },
    ends: { refused: { status: 403 } },
  })),
  { id: 'W04', what: 'an earlier protocol', path: '/socket.io/?EIO=3&transport=websocket', ends: {} },
  { id: 'W05', what: 'an unknown session', path: `${IO}&sid=AAAAAAAAAAAAAAAAAAAA`, ends: { refusedByEngine: 400 } },
  ...['/ws', '/ws/scores/', '/WS/SCORES', '/ws/other'].map((path): SocketRow => ({ id: 'W06', what: `the path ${path}`, path, ends: { refused: { status: 404 } } })),
  { id: 'W06', what: 'the path of another endpoint', path: '/api/scores/update', ends: { refused: { status: 405, headers: { Allow: 'POST' } } } },
  saying('W07', 'a malformed token', { token: 'garbage' }, NO_JWT),
  saying('W07', 'a token with a lone surrogate', { token: '\ud800' }, NO_JWT),
  saying('W07', 'a token that is an object', { token: { alg: 'none' } }, 'Send the token as a string.'),
  saying('W07', 'a token that is an array', { token: [token()] }, 'Send the token as a string.'),
  saying('W07', 'a malformed token of 3 KB', { token: 'x'.repeat(3_000) }, NO_JWT),
  saying('W07', 'a token over 8 KiB', { token: 'x'.repeat(8_193) }, 'The token is longer than 8 KiB.'),
  saying('W07', 'an unsigned token', { token: jws({ alg: 'none' }, claims(), () => '') }, NO_JWT),
  saying('W07', 'a token for another audience', { token: token({ aud: 'other' }) }, 'The audience of the token (aud) is not accepted.'),
  ...['garbage', jws({ alg: 'none' }, claims(), () => ''), 'x'.repeat(8_193)].map((bad): SocketRow => ({
    id: 'W07',
    what: `the token ${bad.slice(0, 12)}…, without Socket.IO`,
    path: `${PLAIN}?token=${bad}`,
    ends: { refused: { status: 401, code: 'unauthenticated' } },
  })),
  saying('W26', 'a token behind a prototype', JSON.parse('{"__proto__":{"token":null},"token":"garbage"}') as object, NO_JWT),
  io('W09', 'nothing after connecting'),
  ...['https://evil.example', 'null', 'http://app.example.com'].map((origin): SocketRow => ({
    id: 'W01, W02',
    what: `a page of ${origin}`,
    path: IO,
    headers: { Origin: origin },
    ends: { refused: { status: 403 } },
  })),
  { id: 'W10', what: 'the root namespace', path: IO, send: ['40'], ends: { says: '44{"message":"Invalid namespace"}' } },
  { id: 'W10', what: 'an unknown namespace', path: IO, send: ['40/admin,'], ends: { says: '44/admin,{"message":"Invalid namespace"}' } },
  io('W11', 'a malformed packet', 'zzz'),
  io('W12', 'an event that is not JSON', CONNECT, '42/ws/scores,["a",'),
  io('W13', 'an event with a reserved name', CONNECT, '42/ws/scores,["disconnect"]'),
  io('W14', 'an event before the namespace', '42/ws/scores,["subscribe","scores:top"]'),
  farewell('W16', 'a message over 4 KiB', TOO_LONG, `42/ws/scores,["subscribe","${large}"]`),
  io('W16', 'a message over 16 KiB', CONNECT, `42/ws/scores,["authenticate","${'x'.repeat(17_000)}"]`),
  io('W17', 'a billion announced attachments', CONNECT, '451000000000-/ws/scores,["a",{"_placeholder":true,"num":0}]'),
  io('W17', 'twenty announced attachments', CONNECT, '4520-/ws/scores,["a",{"_placeholder":true,"num":0}]'),
  farewell('W20', 'an unknown event', { code: 1008, reason: 'unknown event' }, '42/ws/scores,["score",999]'),
  farewell('W21', 'too many messages', { code: 1008, reason: 'too many messages' }, ...Array.from({ length: 1_000 }, () => '42/ws/scores,["subscribe","top:1"]')),
  plain('W21', 'too many messages', 1008, ...Array.from({ length: 1_000 }, () => '{"event":"subscribe","data":"top:1"}')),
  io('W19', 'unannounced binary data', CONNECT, Buffer.from([1, 2, 3])),
  plain('W11', 'text that is not JSON', 1003, 'zzz'),
  plain('W11', 'a number', 1003, '7'),
  plain('W19', 'binary data', 1003, Buffer.from([1, 2, 3])),
  plain('W20', 'an unknown event', 1008, '{"event":"score","data":999}'),
  plain('W16', 'a message over 4 KiB', 1009, `{"event":"subscribe","data":"${large}"}`),
  plain('W16', 'a message over 16 KiB', 1009, `{"event":"authenticate","data":"${'x'.repeat(17_000)}"}`),
];
