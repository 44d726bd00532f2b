import type { Database } from '@scoreboard/infrastructure/postgres';
import type { Pool, PoolClient } from 'pg';

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

/** The URL of connections on which the server explains all that they execute, also the statements inside functions, for `stepsDuring`. */
export function explaining(url: string): string {
  const explained = new URL(url);
  const settings = { log_min_duration: 0, log_nested_statements: 'on', log_analyze: 'on', log_timing: 'off', log_format: 'json', log_level: 'notice' };
  const options = Object.entries(settings).map(([name, value]) => `-c auto_explain.${name}=${value}`);
  explained.searchParams.set('options', ['-c session_preload_libraries=auto_explain', ...options].join(' '));
  return explained.href;
}

/** The executed steps of all statements that `use` runs on a database with such a URL. */
export async function stepsDuring(database: Database, use: () => Promise<unknown>): Promise<readonly PlanStep[]> {
  const { master: pool } = (await database.open()).driver as unknown as { readonly master: Pool };
  const plans: string[] = [];
  const keep = ({ message = '' }: { readonly message?: string }) => void (message.startsWith('duration: ') && plans.push(message.slice(message.indexOf('{'))));
  const clients = new Set<PoolClient>();
  const listen = (client: PoolClient) => void clients.add(client.off('notice', keep).on('notice', keep));
  pool.on('acquire', listen);
  try {
    await use();
  } finally {
    pool.off('acquire', listen);
    for (const client of clients) client.off('notice', keep);
  }
  if (!plans.length) throw new Error('the server explained nothing: expected a database whose URL is of `explaining`');
  return plans.flatMap((plan) => stepsOf({ 'QUERY PLAN': [JSON.parse(plan) as { Plan: PlanStep }] }));
}
