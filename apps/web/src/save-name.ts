import type { PlayerToken, Profile } from '@scoreboard/client';
import { GONE } from './play-words';

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
  if (!response) return 'The server cannot be reached. Save again in a moment.';
  if (response.ok) return undefined;
  // A proxy in front of the server may answer with something other than JSON.
  const problem = (await response.json().catch(() => ({}))) as Problem;
  return reasonFor(response, problem);
}

function reasonFor({ status, headers }: Response, { type, detail, title, errors }: Problem): string {
  const seconds = Number(headers.get('Retry-After'));
  const when = seconds ? `in ${seconds} s` : 'in a moment';
  const mistake = errors?.find(({ path }) => path === 'name');
  if (mistake) return `The name ${mistake.message}.`;
  if (type?.endsWith(':name-taken-away')) return 'A moderator took your name away. You cannot choose another one.';
  if (status === 401) return GONE;
  if (status === 429) return `Too many requests. Save again ${when}.`;
  if (status >= 500) return `The server cannot save names now. Save again ${when}.`;
  return `The server refused the name: ${detail ?? title ?? `status ${status}`}`;
}
