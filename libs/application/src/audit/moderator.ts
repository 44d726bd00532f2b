import type { Identity } from '@scoreboard/domain';

/** The moderator and the client's IP address, for the audit log. */
export interface Moderator {
  readonly identity: Identity;
  readonly address: string;
}
