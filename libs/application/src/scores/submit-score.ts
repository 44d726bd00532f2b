import { type CommandOutcome, type Identity, ScoreboardEvents, type ScoreCommand, type Trace } from '@scoreboard/domain';
import { ActionRules } from './action-rules';
import { AwaitApplied } from './await-applied';
import { commandIdFromKey, commandIdFromToken, newCommandId } from './command-id';
import { IdempotencyCheck } from './idempotency-check';
import { ScoreQueue } from './score-queue';

export interface ScoreUpdate {
  readonly userId: string;
  readonly scoreIncrement: number;
  /** Idempotency-Key: 1 to 255 visible ASCII characters, scoped to the issuer and subject of the token. An action token is its own key. */
  readonly key?: string;
  /** How long to wait for the command to be applied; 0 for not at all. */
  readonly waitMs: number;
  /** The request. */
  readonly trace?: Trace;
}

/** The answer to a command that is durable. `score` is the total right after it, `rank` the place when answering. */
export type Receipt = Pick<ScoreCommand, 'commandId' | 'userId' | 'scoreIncrement'> &
  ({ readonly status: 'accepted' } | { readonly status: 'applied'; readonly score: number; readonly rank: number | null });

/**
 * Accepts a request to raise a score: fixes its id, tells a reused key apart, and queues it durably.
 *
 * Sent again with its key or action token it is the same command, queued again where it has not been applied yet (the first
 * time may not have reached the queue) and applied once. Refusals: `insufficient-scope`, `foreign-user`,
 * `action-token-required`, `unknown-action`, `action-exceeded`, `key-reused`, `rate-limited`, `queue-unavailable`.
 */
export class SubmitScore {
  constructor(
    private readonly rules: ActionRules,
    private readonly recall: IdempotencyCheck,
    private readonly queue: ScoreQueue,
    private readonly applied: AwaitApplied,
    private readonly events: ScoreboardEvents,
  ) {}

  async execute(identity: Identity, submission: ScoreUpdate): Promise<Receipt> {
    this.rules.assertMayRaise(identity, submission);
    const { command, isRepeatable } = commandOf(identity, submission);
    const before = isRepeatable ? await this.recall.execute(command) : undefined;
    if (before) return this.receipt(command, before);

    if (command.action !== undefined) await this.rules.count(command);
    const started = performance.now();
    await this.queue.submit(command);
    this.events.emit('command.accepted', { command, seconds: (performance.now() - started) / 1_000 });
    const { waitMs } = submission;
    return this.receipt(command, waitMs ? await this.applied.outcome(command.commandId, waitMs) : undefined);
  }

  private async receipt(command: ScoreCommand, outcome: CommandOutcome | undefined): Promise<Receipt> {
    const { commandId, userId, scoreIncrement } = command;
    if (outcome?.status !== 'applied') return { commandId, userId, scoreIncrement, status: 'accepted' };
    return { commandId, userId, scoreIncrement, status: 'applied', score: outcome.scoreAfter, rank: await this.applied.rank(outcome) };
  }
}

/** Where its id comes from a key or an action token, it may have been sent before. */
function commandOf(identity: Identity, { userId, scoreIncrement, key, trace }: ScoreUpdate): { readonly command: ScoreCommand; readonly isRepeatable: boolean } {
  const { issuer, subject, actionGrant } = identity;
  if (actionGrant) {
    const { action, tokenId } = actionGrant;
    return { command: { commandId: commandIdFromToken(issuer, subject, tokenId), userId, scoreIncrement, action, trace }, isRepeatable: true };
  }
  const commandId = key === undefined ? newCommandId() : commandIdFromKey(issuer, subject, key);
  const issuedBy = identity.userId === userId ? {} : { issuedBy: subject };
  return { command: { commandId, userId, scoreIncrement, ...issuedBy, trace }, isRepeatable: key !== undefined };
}
