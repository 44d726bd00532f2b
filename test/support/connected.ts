import { eventually } from './eventually';

/** Waits until a Redis client is connected. The first attempt may fail on a busy machine: the client tries again by itself. */
export const connected = (client: { readonly isReady: boolean }): Promise<void> =>
  eventually(() => expect(client.isReady).toBe(true));
