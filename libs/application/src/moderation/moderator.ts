import type { Identity } from '@scoreboard/domain';

/** Who moderates, and the address of the client, for the audit log. */
export interface Moderator {
  readonly identity: Identity;
  readonly address: string;
}
