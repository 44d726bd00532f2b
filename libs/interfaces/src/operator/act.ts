import { z } from 'zod';
import type { OperatorPorts } from './operator-ports';

/** Receives what an act reports while it runs. */
export interface Tell {
  /** One entry of a list. */
  item(entry: unknown): void | Promise<void>;
  /** `done` of about `total`, if that is known. */
  progress(done: number, unit: string, total?: number): void;
}

/** What an act needs: `users` means all stores that hold user ids; `trail` means the audit log, if there is one. */
export type Need = 'database' | 'leaderboard' | 'dead letters' | 'users' | 'keys' | 'trail';

/** Defines an act with the schema of its input. The result must be JSON. */
export const act = <Shape extends z.core.$ZodLooseShape, Result>(
  needs: readonly Need[],
  shape: Shape,
  run: (ports: OperatorPorts, input: z.output<z.ZodObject<Shape, z.core.$strict>>, tell: Tell) => Promise<Result>,
) => ({ needs, input: z.strictObject(shape), run });

export const by = z.strictObject({ name: z.string().regex(/^\P{C}{1,64}$/u), console: z.string().regex(/^\P{C}{1,200}$/u) });
/** The input of every act that changes something. */
export const changed = { by, dryRun: z.boolean() };
