import { createHash } from 'node:crypto';
import type { ShownEntry } from '@scoreboard/application';

export interface PresentedTop {
  readonly body: Buffer;
  readonly etag: string;
}

// All readers of a board share one entries object, so each board is serialized once.
const presented = new WeakMap<readonly ShownEntry[], PresentedTop>();

/** The answer of `GET /api/scores/top`, best first, with an ETag that changes with its content. */
export function presentTop(entries: readonly ShownEntry[]): PresentedTop {
  const known = presented.get(entries);
  if (known) return known;
  const body = Buffer.from(JSON.stringify(entries.map(({ userId, score, name, avatarUrl }) => ({ userId, score, name, avatarUrl }))));
  const top = { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
  presented.set(entries, top);
  return top;
}
