import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { io, type Socket } from 'socket.io-client';

export const JWT_SECRET = 'a secret of the test suite, long enough';

/** A running system from outside: the URLs to post, read and watch. */
export interface System {
  /** Base URLs; requests go to them in turn. */
  readonly apis: readonly string[];
  readonly gateways: readonly string[];
  stop(): Promise<void>;
}

export const token = (sub: string, scope = 'scores:write', more: object = {}): string => sign({ sub, scope, ...more }, JWT_SECRET, { expiresIn: '10m' });

/** A file with action limits for these tests. */
export function actionLimitsFile(): string {
  const file = join(temporaryFolder('limits'), 'actions.json');
  writeFileSync(file, JSON.stringify({ 'kill': {}, 'level-7': {}, 'limited': { maxIncrement: 20, perMinute: 5 } }));
  return file;
}

/** The boards that a standalone has without a file. */
export function boardsFile(): string {
  const file = join(temporaryFolder('boards'), 'boards.json');
  writeFileSync(file, JSON.stringify([{ id: 'day', reset: 'daily' }, { id: 'week', reset: 'weekly' }, { id: 'month', reset: 'monthly' }]));
  return file;
}

/** An action token for one update by the user, as a website signs it. */
export const actionToken = (sub: string, detail: object = {}, more: object = {}): string =>
  token(sub, '', { jti: randomUUID(), authorization_details: [{ type: 'score_update', action: 'kill', max_increment: 50, ...detail }], ...more });

/** A user id that no other test uses. */
export const newUser = (name = 'user'): string => `${name}-${randomUUID().slice(0, 8)}`;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests assert on its content.
  // eslint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

let turn = 0;
const anyApi = (system: System): string => system.apis[turn++ % system.apis.length]!;

export async function get(system: System, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return read(await fetch(anyApi(system) + path, { headers }));
}

export interface Update {
  readonly userId: string;
  readonly scoreIncrement: number;
}

/** Posts an update with the user's own token, unless `headers` say otherwise. */
export async function post(system: System, body: Update | string, headers: Record<string, string> = {}): Promise<Answer> {
  const own: Record<string, string> = typeof body === 'string' ? {} : { authorization: `Bearer ${token(body.userId)}` };
  const response = await fetch(`${anyApi(system)}/api/scores/update`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...own, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return read(response);
}

/** Requests an action token. */
export async function order(system: System, body: unknown, authorization = `Bearer ${token('website', 'actions:issue')}`): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) };
  return read(await fetch(`${anyApi(system)}/api/actions`, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** Posts and waits until it is applied. */
export const apply = (system: System, userId: string, scoreIncrement: number): Promise<Answer> =>
  post(system, { userId, scoreIncrement }, { prefer: 'wait=10' });

/** Sends a moderation request, by default as a moderator. */
export async function moderate(system: System, method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${anyApi(system)}/api/moderation/${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'authorization': `Bearer ${token('moderator', 'scores:admin')}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return read(response);
}

export interface Watched {
  readonly socket: Socket;
  /** Everything that arrived, in order. */
  readonly received: { readonly event: string; readonly data: any; readonly at: number }[]; // eslint-disable-line typescript/no-explicit-any
  boards(): { revision: number; entries: { rank: number; userId: string; score: number }[] }[];
}

/** A Socket.IO client that records what it receives. */
export function watch(url: string, auth: Record<string, unknown> = {}): Watched {
  const received: Watched['received'] = [];
  const socket = io(`${url}/ws/scores`, { auth, transports: ['websocket'], forceNew: true });
  socket.onAny((event: string, data: unknown) => received.push({ event, data, at: Date.now() }));
  return { socket, received, boards: () => received.filter(({ event }) => event === 'scores:top').map(({ data }) => data) };
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
