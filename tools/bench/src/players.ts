import { sign } from 'jsonwebtoken';
import type { Prepared } from './load';
import { PROBE, SECRET } from './system';

/** Who posts: players with a token each, as a server sees them. */
export const PLAYERS = 1_000;

const playerIds = Array.from({ length: PLAYERS }, (_, i) => `player-${i}`);
export const userIds: readonly string[] = [...playerIds, PROBE];

const token = (sub: string): string => sign({ sub, scope: 'scores:write' }, SECRET, { expiresIn: '1d' });

/** One update of each player, worth 1 to 10 points. */
export const updates: readonly Prepared[] = playerIds.map((userId, i) => {
  const worth = (i % 10) + 1;
  const body = JSON.stringify({ userId, scoreIncrement: worth });
  const headers = ['Host: bench', `Authorization: Bearer ${token(userId)}`, 'Content-Type: application/json', `Content-Length: ${body.length}`];
  return { head: `POST /api/scores/update HTTP/1.1\r\n${headers.join('\r\n')}\r\n`, body, worth };
});

export const reads: readonly Prepared[] = [{ head: 'GET /api/scores/top HTTP/1.1\r\nHost: bench\r\n', body: '', worth: 0 }];

const probeToken = token(PROBE);

/** Resolves when the update of the probe's user was answered 201; throws at another answer. */
export async function postProbe(api: string, scoreIncrement: number): Promise<void> {
  const headers = { 'Authorization': `Bearer ${probeToken}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${api}/api/scores/update`, { method: 'POST', headers, body: JSON.stringify({ userId: PROBE, scoreIncrement }) });
  if (response.status !== 201) throw new Error(`the probe was answered ${response.status}`);
  await response.arrayBuffer();
}
