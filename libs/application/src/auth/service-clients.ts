/** The form of a client's id. */
export const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** A service that may fetch tokens for itself. Its secret is known by a hash only. */
export interface ServiceClient {
  /** As `CLIENT_ID`; also the subject of its tokens. Never given twice. */
  readonly id: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  /** Gets no more tokens since then; those it has are good until they expire. */
  readonly revokedAt?: Date;
}

/** The services that may fetch tokens. */
export abstract class ServiceClients {
  /** False, and nothing changed, where the id was ever used, revoked or not. */
  abstract add(client: Pick<ServiceClient, 'id' | 'scopes'>, secretHash: string): Promise<boolean>;

  /** A client with the hash of its secret, revoked or not; undefined for an id that was never used. */
  abstract find(id: string): Promise<(ServiceClient & { readonly secretHash: string }) | undefined>;

  /** All that ever were, by id. */
  abstract list(): Promise<readonly ServiceClient[]>;

  /** False, and nothing changed, where there is no such client or it is revoked already. */
  abstract revoke(id: string): Promise<boolean>;
}
