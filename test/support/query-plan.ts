/** A step of a plan, as `EXPLAIN (ANALYZE, FORMAT JSON)` describes it. */
export interface PlanStep {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Sort Method'?: string;
  readonly 'Plans'?: readonly PlanStep[];
}

/** The row that `EXPLAIN (ANALYZE, FORMAT JSON)` returns. */
export type PlanRow = { readonly 'QUERY PLAN': readonly { readonly Plan: PlanStep }[] };

/** All steps of a plan. */
export function stepsOf(row: PlanRow): readonly PlanStep[] {
  const below = (step: PlanStep): readonly PlanStep[] => [step, ...(step.Plans ?? []).flatMap(below)];
  return row['QUERY PLAN'].flatMap(({ Plan }) => below(Plan));
}

/** How many rows the steps touched, including those that they did not return. */
export const rowsOf = (steps: readonly PlanStep[]): number =>
  steps.reduce((sum, step) => sum + step['Actual Loops'] * (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0) + (step['Rows Removed by Join Filter'] ?? 0)), 0);
