import type { PlayerToken, Profile } from '@scoreboard/client';
import { fill, words } from './words';

const ANSWER_MS = 15_000;

interface Problem {
  readonly type?: string;
  readonly detail?: string;
  readonly title?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Gives the player this name and picture. Returns undefined once they are saved, otherwise why they are not, for the player. */
export async function saveName({ userId, token }: PlayerToken, profile: Profile): Promise<string | undefined> {
  const response = await fetch(`/api/users/${encodeURIComponent(userId)}/profile`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'Authorization': `Bearer ${token}` },
    body: JSON.stringify(profile),
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => undefined);
  if (!response) return later(words.nameUnreachable);
  if (response.ok) return undefined;
  // A proxy in front of the server may answer with something other than JSON.
  const problem = (await response.json().catch(() => ({}))) as Problem;
  return reasonFor(response, problem);
}

/** The server's own reasons are in English. */
function reasonFor({ status, headers }: Response, { type, detail, title, errors }: Problem): string {
  const seconds = Number(headers.get('Retry-After'));
  const mistake = errors?.find(({ path }) => path === 'name');
  if (mistake) return fill(words.nameMistake, { problem: mistake.message });
  if (type?.endsWith(':name-reserved')) return words.nameReserved;
  if (type?.endsWith(':name-taken-away')) return words.nameTaken;
  if (status === 401) return words.gone;
  if (status === 429) return later(words.nameTooFast, seconds);
  if (status >= 500) return later(words.nameBusy, seconds);
  return fill(words.nameRefused, { reason: detail ?? title ?? `status ${status}` });
}

/** A reason, and when to try again. */
const later = (reason: string, seconds = 0): string => `${reason} ${seconds ? fill(words.saveAgainIn, { n: String(seconds) }) : words.saveAgain}`;
