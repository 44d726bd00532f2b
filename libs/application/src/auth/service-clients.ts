/** The format of a client id. */
export const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** A service that may request tokens. Only a hash of its secret is stored. */
export interface ServiceClient {
  /** A `CLIENT_ID`; also the subject of its tokens. Never reused. */
  readonly id: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  /** Since then it gets no new tokens. Existing tokens are valid until they expire. */
  readonly revokedAt?: Date;
}

/** The services that may request tokens. */
export abstract class ServiceClients {
  /** False, without a change, if the id was ever used, even by a revoked client. */
  abstract add(client: Pick<ServiceClient, 'id' | 'scopes'>, secretHash: string): Promise<boolean>;

  /** A client with the hash of its secret, even if revoked; undefined if the id was never used. */
  abstract find(id: string): Promise<(ServiceClient & { readonly secretHash: string }) | undefined>;

  /** All clients, including revoked ones, sorted by id. */
  abstract list(): Promise<readonly ServiceClient[]>;

  /** False, without a change, if the client does not exist or is already revoked. */
  abstract revoke(id: string): Promise<boolean>;
}
