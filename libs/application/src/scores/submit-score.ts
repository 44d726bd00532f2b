import { assertServesAnyone, type CommandOutcome, type Identity, MAX_TOTAL, Refusal, ScoreboardEvents, type ScoreCommand, type Trace, validTrace } from '@scoreboard/domain';
import { ActionRules } from './action-rules';
import { AwaitApplied } from './await-applied';
import { commandIdFromKey, commandIdFromToken, issuerDigest, newCommandId } from './command-id';
import { assertSameUpdate, IdempotencyCheck } from './idempotency-check';
import { ScoreQueue } from './score-queue';
import { ScoreRules } from './score-rules';

/** An update as its caller sent it. */
export interface ScoreUpdate {
  readonly userId: string;
  readonly scoreIncrement: number;
  /** The Idempotency-Key: 1 to 255 visible ASCII characters, scoped to the token's issuer and subject. Ignored with an action token, which is its own key. */
  readonly key?: string;
  /** How long to wait for the command to be applied, in ms; 0: do not wait. */
  readonly waitMs: number;
  /** The request, for logs and traces. Dropped if its id is not a valid trace id. */
  readonly trace?: Trace;
}

/** The answer to a durable command. `scoreIncrement` is what counts, which a rule may have changed. `score` is the total right after the command, `rank` the rank at the time of the answer. */
export type Receipt = Pick<ScoreCommand, 'commandId' | 'userId' | 'scoreIncrement'> &
  ({ readonly status: 'accepted' } | { readonly status: 'applied'; readonly score: number; readonly rank: number | null });

/** An update after all checks: the command to queue, or the known outcome of one that was sent before. */
interface CheckedUpdate {
  readonly command: ScoreCommand;
  readonly outcome?: CommandOutcome;
  readonly waitMs: number;
}

/**
 * Accepts a request to raise a score: derives the command id, detects a reused key, and queues the command durably.
 *
 * A request with the same key or action token is the same command and is applied once. If it has not been applied yet, it is
 * queued again, because the first attempt may not have reached the queue.
 *
 * Rules of extensions run after all other checks. They may change the increment or refuse; a retry gets the receipt of what was counted.
 *
 * Refusals: `insufficient-scope`, `foreign-user`, `no-user`, `action-token-required`, `unknown-action`, `action-exceeded`,
 * `key-reused`, `rate-limited`, `rule-failed`, those of rules, `queue-unavailable`, and `rejected` if the rejection is known after the wait or at a retry.
 */
export class SubmitScore {
  constructor(
    private readonly actionRules: ActionRules,
    private readonly idempotency: IdempotencyCheck,
    private readonly scoreRules: ScoreRules,
    private readonly queue: ScoreQueue,
    private readonly awaitApplied: AwaitApplied,
    private readonly events: ScoreboardEvents,
  ) {}

  async execute(identity: Identity, update: ScoreUpdate): Promise<Receipt> {
    return this.complete(await this.check(identity, update));
  }

  /**
   * Accepts many updates of a trusted service, each as `execute` does: the results are in the order of the updates. All are checked first and then
   * queued in one turn, so the queue confirms them together. Throws `insufficient-scope` without `scores:write:any`.
   */
  async executeAll(identity: Identity, updates: readonly ScoreUpdate[]): Promise<readonly PromiseSettledResult<Receipt>[]> {
    assertServesAnyone(identity);
    const checked = await Promise.allSettled(updates.map((update) => this.check(identity, update)));
    return Promise.allSettled(checked.map((one) => (one.status === 'fulfilled' ? this.complete(one.value) : Promise.reject(one.reason as Error))));
  }

  private async check(identity: Identity, update: ScoreUpdate): Promise<CheckedUpdate> {
    const { waitMs } = update;
    this.actionRules.assertMayRaise(identity, update);
    const { command, isRepeatable } = commandOf(identity, update);
    const known = isRepeatable ? await this.idempotency.execute(command) : undefined;
    if (known?.outcome) return { command, outcome: known.outcome, waitMs };
    if (command.action !== undefined) await this.actionRules.count(command);
    return { command: this.scoreRules.isEmpty ? command : await this.scoreRules.apply(identity, command, known), waitMs };
  }

  private async complete({ command, outcome: before, waitMs }: CheckedUpdate): Promise<Receipt> {
    if (before) return this.receipt(command, before);
    const queue = () => this.enqueue(command, waitMs > 0);
    const outcome = waitMs ? await this.awaitApplied.outcome(command, waitMs, queue) : await queue();
    if (outcome) assertSameUpdate(outcome, command, this.scoreRules.isEmpty);
    return this.receipt(command, outcome);
  }

  private async enqueue(command: ScoreCommand, isAwaited: boolean): Promise<undefined> {
    const started = performance.now();
    // Now, after all checks: a command that becomes durable does so within two seconds of this moment.
    await this.queue.submit({ ...command, acceptedAt: Date.now() }, { isAwaited });
    this.events.emit('command.accepted', { command, seconds: (performance.now() - started) / 1_000 });
  }

  private async receipt(command: ScoreCommand, outcome: CommandOutcome | undefined): Promise<Receipt> {
    const { commandId, userId } = command;
    if (outcome?.status === 'rejected') throw rejected(outcome);
    const { scoreIncrement } = outcome ?? command;
    if (!outcome) return { commandId, userId, scoreIncrement, status: 'accepted' };
    return { commandId, userId, scoreIncrement, status: 'applied', score: outcome.scoreAfter, rank: await this.awaitApplied.rank(outcome) };
  }
}

function rejected({ commandId, reason }: Extract<CommandOutcome, { status: 'rejected' }>): Refusal {
  const detail = reason === 'total-limit' ? `The user's total would exceed ${MAX_TOTAL}.` : 'The ledger cannot store this update.';
  return new Refusal('rejected', { detail, commandId, reason });
}

/** `isRepeatable`: the id comes from a key or an action token, so the command may have been sent before. */
function commandOf(identity: Identity, { userId, scoreIncrement, key, trace: request }: ScoreUpdate): { readonly command: ScoreCommand; readonly isRepeatable: boolean } {
  const trace = validTrace(request);
  const { issuer, subject, actionGrant } = identity;
  if (actionGrant) {
    const { action, tokenId } = actionGrant;
    return { command: { commandId: commandIdFromToken(issuer, subject, tokenId), userId, scoreIncrement, action, trace }, isRepeatable: true };
  }
  const commandId = key === undefined ? newCommandId() : commandIdFromKey(issuer, subject, key);
  const issuedBy = identity.userId === userId ? {} : { issuedBy: subject, issuerDigest: issuerDigest(issuer) };
  return { command: { commandId, userId, scoreIncrement, ...issuedBy, trace }, isRepeatable: key !== undefined };
}
