import type { LedgerEvent } from '@scoreboard/domain';
import type { ProjectStandings } from '../leaderboard/project-standings';
import { covers, type FlagRule, intervalProblem, jumpProblem, rateProblem } from './flag-rule';
import { PastUpdates } from './past-updates';
import { type BrokenRule, PlayerFlags } from './player-flags';

type Update = Extract<LedgerEvent, { type: 'score.applied' }>;

/**
 * Judges applied updates by the rules, and raises flags. Repeating it with the same updates changes nothing. It waits for the board of a player who is held, and
 * for nothing else. Points that came back with a flag that was opened again, or moved from a guest, are not judged again.
 */
export class JudgeUpdates {
  constructor(
    readonly rules: readonly FlagRule[],
    private readonly past: PastUpdates,
    private readonly flags: PlayerFlags,
    private readonly projection: ProjectStandings,
  ) {}

  async execute(events: readonly LedgerEvent[]): Promise<void> {
    const updates = events.filter((event): event is Update => event.type === 'score.applied' && !isOfLedger(event));
    const broken = (await Promise.all(this.rules.map((rule) => this.judge(rule, updates)))).flat();
    if (!broken.length) return;
    this.projection.add(await this.flags.raise(broken));
    await this.projection.idle();
  }

  private async judge(rule: FlagRule, updates: readonly Update[]): Promise<readonly BrokenRule[]> {
    const covered = new Map(updates.filter(({ action }) => covers(rule, action)).map((update) => [update.sequence, update]));
    if (!covered.size) return [];
    const problems = await this.problemsOf(rule, covered);
    return problems.flatMap(([sequence, reason]) => (reason === undefined ? [] : [{ rule: rule.id, sequence, weight: rule.weight, reason, holds: rule.effect === 'hold' }]));
  }

  private async problemsOf(rule: FlagRule, covered: ReadonlyMap<number, Update>): Promise<readonly (readonly [sequence: number, problem: string | undefined])[]> {
    const sequences = [...covered.keys()];
    const { actions } = rule;
    const filter = actions ? { actions } : {};
    switch (rule.kind) {
      case 'rate':
        return (await this.past.rates(sequences, rule.seconds, filter)).map((facts) => [facts.sequence, rateProblem(rule, facts)]);
      case 'jump':
        return (await this.past.usual(sequences, filter)).map((facts) => [facts.sequence, jumpProblem(rule, covered.get(facts.sequence)!.scoreIncrement, facts)]);
      case 'interval':
        return (await this.past.intervals(sequences)).map((facts) => [facts.sequence, intervalProblem(rule, covered.get(facts.sequence)!.action!, facts)]);
    }
  }
}

/** Only events that the ledger creates itself have ids of version 4. */
const isOfLedger = ({ commandId }: Update): boolean => commandId[14] === '4';
