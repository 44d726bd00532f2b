import type { PlayerToken, TokenHook } from '@scoreboard/client';

const STORED = 'scoreboard-guest';

const stored = (): PlayerToken | undefined => {
  const guest = sessionStorage.getItem(STORED);
  return guest ? (JSON.parse(guest) as PlayerToken) : undefined;
};

/**
 * The guest of this tab: made at the first point, kept for as long as the tab is open and the server takes the token.
 * Another token for the same guest there is not, so `onGone` is called, and the next point makes a new one.
 */
export const guestToken = (onGone: () => void): TokenHook => async ({ purpose, refused }) => {
  const guest = stored();
  if (guest && guest.token !== refused) return guest;
  if (guest) {
    sessionStorage.removeItem(STORED);
    onGone();
  }
  return purpose === 'submit' ? join() : undefined;
};

async function join(): Promise<PlayerToken> {
  const response = await fetch('/api/auth/guest', { method: 'POST' });
  if (!response.ok) throw new Error(`no guest: ${response.status}`);
  const guest = (await response.json()) as PlayerToken;
  sessionStorage.setItem(STORED, JSON.stringify(guest));
  return guest;
}
