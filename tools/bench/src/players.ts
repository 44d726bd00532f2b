import { createHash, createHmac } from 'node:crypto';
import type { Prepared } from './load';
import { PROBE, SECRET } from './system';

/** Who posts: players with a token each, as a server sees them. */
export const PLAYERS = 1_000;

/** A UUID, the same for the same number; `PLAYER_ID` is this in SQL, of the number `i`. */
export const playerId = (i: number): string => createHash('md5').update(`${i}`).digest('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
export const PLAYER_ID = 'md5(i::text)::uuid::text';

export const userIds: readonly string[] = [...Array.from({ length: PLAYERS }, (_, i) => playerId(i)), PROBE];

const base64 = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const HEADER = base64({ alg: 'HS256', typ: 'JWT' });
const EXPIRES = Math.floor(Date.now() / 1_000) + 86_400;

/** Made here, since a load of a million players makes one for each request. */
function token(sub: string): string {
  const signed = `${HEADER}.${base64({ sub, scope: 'scores:write', exp: EXPIRES })}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

const FIND = 'boards/global/players?name=';
/** The paths of reads, by what is asked. */
const READS = {
  ...{ top: () => 'scores/top', top100: () => 'scores/top?limit=100', rank: (id: string) => `scores/users/${id}` },
  ...{ neighbors: (id: string) => `scores/users/${id}/around`, history: (id: string) => `scores/users/${id}/history` },
  ...{ findSome: (_id: string, i: number) => `${FIND}player%20${10 + (i % 90)}`, findAll: () => `${FIND}pl`, findNobody: () => `${FIND}zz` },
};

export type Ask = 'update' | keyof typeof READS;

/** What player `i` asks; an update is worth 1 to 10 points. */
export function prepare(ask: Ask, i: number): Prepared {
  const userId = playerId(i);
  const authorization = ask === 'update' || ask === 'history' ? `Authorization: Bearer ${token(userId)}\r\n` : '';
  if (ask !== 'update') return { head: `GET /api/${READS[ask](userId, i)} HTTP/1.1\r\nHost: bench\r\n${authorization}`, body: '', worth: 0 };
  const worth = (i % 10) + 1;
  const body = JSON.stringify({ userId, scoreIncrement: worth });
  const headers = `Host: bench\r\n${authorization}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  return { head: `POST /api/scores/update HTTP/1.1\r\n${headers}`, body, worth };
}

const probeToken = token(PROBE);

/** Resolves when the update of the probe's user was answered 201; throws at another answer. */
export async function postProbe(api: string, scoreIncrement: number): Promise<void> {
  const headers = { 'Authorization': `Bearer ${probeToken}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${api}/api/scores/update`, { method: 'POST', headers, body: JSON.stringify({ userId: PROBE, scoreIncrement }) });
  if (response.status !== 201) throw new Error(`the probe was answered ${response.status}`);
  await response.arrayBuffer();
}
