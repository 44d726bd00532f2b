import { type ActionGrant, grants, type Identity, Refusal } from '@scoreboard/domain';
import { ActionRules } from './action-rules';
import { newCommandId } from './command-id';
import { TokenSigner } from '../auth/token-verifier';

export interface ActionOrder extends Pick<ActionGrant, 'action' | 'maxIncrement'> {
  readonly userId: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Makes action tokens for players, each time another one. Refusals: `insufficient-scope`, and `unknown-action` and `action-exceeded` for one that could never be used. */
export class IssueAction {
  constructor(
    private readonly signer: TokenSigner,
    private readonly rules: ActionRules,
  ) {}

  async execute(issuer: Identity, { userId, action, maxIncrement, expiresIn }: ActionOrder): Promise<string> {
    if (!grants(issuer, 'actions:issue')) throw new Refusal('insufficient-scope', { detail: 'The scope actions:issue is required.' });
    this.rules.assertAllowed(action, maxIncrement);
    // A UUIDv7, so that the update's place in the ledger's index is where its time is.
    return this.signer.sign(userId, { action, maxIncrement, tokenId: newCommandId() }, expiresIn);
  }
}
