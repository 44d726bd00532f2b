import { type ActionGrant, grants, type Identity, Refusal } from '@scoreboard/domain';
import { ActionRules } from './action-rules';
import { newCommandId } from './command-id';
import { TokenSigner } from '../auth/token-verifier';

/** An action token that is asked for. */
export interface ActionOrder extends Pick<ActionGrant, 'action' | 'maxIncrement'> {
  readonly userId: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/**
 * Issues action tokens for players; each call creates a new one.
 * Refusals: `insufficient-scope`; `unknown-action` and `action-exceeded` for a token that could never be used.
 */
export class IssueAction {
  constructor(
    private readonly signer: TokenSigner,
    private readonly rules: ActionRules,
  ) {}

  async execute(issuer: Identity, { userId, action, maxIncrement, expiresIn }: ActionOrder): Promise<string> {
    if (!grants(issuer, 'actions:issue')) throw new Refusal('insufficient-scope', { detail: 'The scope actions:issue is required.' });
    this.rules.assertAllowed(action, maxIncrement);
    // A UUIDv7, so that the command id derived from it keeps the ledger's index local.
    return this.signer.sign(userId, { action, maxIncrement, tokenId: newCommandId() }, expiresIn);
  }
}
