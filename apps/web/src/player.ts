import { uuidV7 } from './uuid';

const STORED = 'scoreboard-guest';
const ATTEMPTS = 8;
const RETRY_MS = 500;

interface Guest {
  readonly token: string;
  readonly userId: string;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A guest who earns points, for as long as the browser's tab is open. */
export class Player {
  private joining?: Promise<Guest>;

  /** Undefined before the first point. */
  guest(): Guest | undefined {
    const stored = sessionStorage.getItem(STORED);
    return stored ? (JSON.parse(stored) as Guest) : undefined;
  }

  /** The server does not know this guest any more; the next point makes a new one. */
  forget(): void {
    sessionStorage.removeItem(STORED);
  }

  /**
   * Earns one point. Sent again under the same key until the server has answered for certain, so it counts once.
   * Throws with a sentence for the player where it cannot be had.
   */
  async earnPoint(): Promise<void> {
    const key = uuidV7();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const response = await this.post(key).catch(() => undefined); // the network failed: what became of it is unknown
      if (response?.ok) return;
      if (response?.status === 401) this.forget();
      else if (response?.status === 429) throw new Error('Too fast: wait a moment.');
      else if (response && response.status !== 503) throw new Error('The point was refused.');
      await pause(Number(response?.headers.get('Retry-After')) * 1_000 || RETRY_MS * attempt);
    }
    throw new Error('The server cannot be reached now.');
  }

  private async post(key: string): Promise<Response> {
    const { token, userId } = this.guest() ?? (await this.join());
    return fetch('/api/scores/update', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Authorization': `Bearer ${token}`, 'Idempotency-Key': key },
      body: JSON.stringify({ userId, scoreIncrement: 1 }),
    });
  }

  /** One guest, however often the button is pressed meanwhile. */
  private join(): Promise<Guest> {
    return (this.joining ??= this.becomeGuest().finally(() => (this.joining = undefined)));
  }

  private async becomeGuest(): Promise<Guest> {
    const response = await fetch('/api/auth/guest', { method: 'POST' });
    if (!response.ok) throw new Error(`no guest: ${response.status}`);
    const guest = (await response.json()) as Guest;
    sessionStorage.setItem(STORED, JSON.stringify(guest));
    return guest;
  }
}
