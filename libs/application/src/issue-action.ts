import { type ActionGrant, grants, type Identity, Refusal } from '@scoreboard/domain';
import { newCommandId } from './command-id';
import { TokenSigner } from './token-verifier';

export interface ActionOrder extends Pick<ActionGrant, 'action' | 'maxIncrement'> {
  readonly userId: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Makes action tokens for players, each time another one. Refusal: `insufficient-scope`. */
export class IssueAction {
  constructor(private readonly signer: TokenSigner) {}

  execute(issuer: Identity, { userId, action, maxIncrement, expiresIn }: ActionOrder): string {
    if (!grants(issuer, 'actions:issue')) throw new Refusal('insufficient-scope', { detail: 'The scope actions:issue is required.' });
    // A UUIDv7, so that the update's place in the ledger's index is where its time is.
    return this.signer.sign(userId, { action, maxIncrement, tokenId: newCommandId() }, expiresIn);
  }
}
