import { type Identity, Refusal, type ScoreCommand } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import type { DecidedIncrements } from './decided-increments';

/** How long all rules of one update may take together, in ms. */
export const RULES_DEADLINE_MS = 2_000;

/** An update that may be submitted: who sends it, and the command with the increment as former rules changed it. The command is frozen. */
export interface AllowedUpdate {
  readonly identity: Identity;
  readonly command: ScoreCommand;
}

/** What a rule answers: nothing, or the increment to count instead, a whole number from 1 to `MAX_SCORE_INCREMENT`. */
// `void` allows methods without a return value.
export type RuleAnswer = void | { readonly scoreIncrement: number };

/**
 * A rule that an update must pass before it is queued. Called after our own checks, for each new update and again for a retry of one that was not
 * decided: it must then decide the same for the same `commandId`, and take nothing twice. It refuses by throwing a `Refusal`.
 */
export interface BeforeSubmit {
  beforeSubmit(update: AllowedUpdate): RuleAnswer | Promise<RuleAnswer>;
}

interface NamedRule {
  readonly name: string;
  readonly rule: BeforeSubmit;
}

/**
 * The rules of extensions for updates, in the order in which they were added; each sees the increment as changed by the former ones.
 *
 * What they decide for a command with a key or an action token is remembered for 24 hours, so that each of its retries counts the same. If a rule
 * throws something that is no refusal, answers nonsense, or all together take longer than `RULES_DEADLINE_MS`, the update is refused with
 * `rule-failed`, and the error is reported under the name of the rule: no point is lost, and none is given away.
 */
export class ScoreRules {
  private readonly rules: NamedRule[] = [];

  constructor(
    private readonly maxIncrement: number,
    private readonly increments: DecidedIncrements,
    private readonly errors: ErrorReporter,
  ) {}

  /** Without rules, `apply` need not be called. */
  get isEmpty(): boolean {
    return this.rules.length === 0;
  }

  add(name: string, rule: BeforeSubmit): void {
    this.rules.push({ name, rule });
  }

  /**
   * The command with the increment to count. `repeatable`: the command can be sent again; `isNew`: it was certainly not sent before. Throws the refusal
   * of a rule, or `rule-failed`.
   */
  async apply(identity: Identity, command: ScoreCommand, repeatable?: { readonly isNew: boolean }): Promise<ScoreCommand> {
    if (!repeatable) return withIncrement(command, await this.ask(identity, command));
    const { commandId } = command;
    const decided = repeatable.isNew ? undefined : await this.increments.find(commandId);
    // Of concurrent requests with one key, the first decision counts for all.
    return withIncrement(command, decided ?? (await this.increments.decide(commandId, await this.ask(identity, command))));
  }

  private async ask(identity: Identity, command: ScoreCommand): Promise<number> {
    const deadline = performance.now() + RULES_DEADLINE_MS;
    let { scoreIncrement } = command;
    for (const { name, rule } of this.rules) {
      try {
        const answer = rule.beforeSubmit({ identity, command: Object.freeze({ ...command, scoreIncrement }) });
        scoreIncrement = this.incrementOf(isPromise(answer) ? await before(deadline, answer) : answer) ?? scoreIncrement;
      } catch (error) {
        if (error instanceof Refusal) throw error;
        this.errors.report(`the score rule ${name} failed`, error);
        throw new Refusal('rule-failed', { outcome: 'refused', retryAfter: 1, detail: 'A rule of this server failed. Send the update again, with its Idempotency-Key.' });
      }
    }
    return scoreIncrement;
  }

  private incrementOf(answer: unknown): number | undefined {
    if (answer === undefined) return undefined;
    const increment = (answer as { readonly scoreIncrement?: unknown } | null)?.scoreIncrement;
    if (typeof increment === 'number' && Number.isInteger(increment) && increment >= 1 && increment <= this.maxIncrement) return increment;
    throw new Error(`expected nothing or { scoreIncrement: <a whole number from 1 to ${this.maxIncrement}> }, received ${JSON.stringify(answer)}`);
  }
}

const withIncrement = (command: ScoreCommand, scoreIncrement: number): ScoreCommand => (scoreIncrement === command.scoreIncrement ? command : { ...command, scoreIncrement });

const isPromise = (answer: unknown): answer is Promise<unknown> => typeof (answer as Partial<Promise<unknown>> | null | undefined)?.then === 'function';

/** Settles as `work` does, or rejects at the deadline; a later result is ignored. */
function before<T>(deadline: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${RULES_DEADLINE_MS} ms`)), deadline - performance.now());
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
