import type { Api } from './api';
import type { Act, Effect } from './confirm';
import { counted } from './dom';

/** An act of the operator that the server counts: first by a dry run, then for good. */
export interface CountedAct {
  readonly title: string;
  readonly verb: string;
  readonly path: string;
  /** Which ones: one, or `{ all: true }`. */
  readonly which: object;
  /** The field of the answer that has the number. */
  readonly field: 'letters' | 'events';
  readonly noun: string;
  /** What happens to them, such as `will be queued again`. */
  readonly will: string;
  readonly done: string;
  /** They are lost: the operator types a word, and the server checks the number. */
  readonly isForGood?: boolean;
}

/** The dialog's form of such an act. */
export function countedAct(api: Api, { title, verb, path, which, field, noun, will, done, isForGood = false }: CountedAct): Act {
  let found = 0;
  const numberIn = (answer: unknown): number => (answer as Readonly<Record<string, number>>)[field] ?? 0;
  const effect = async (): Promise<Effect> => {
    found = numberIn(await api.change({ method: 'POST', path, body: { ...which, dryRun: true } }));
    return found ? { text: `${counted(found, noun)} ${will}.` } : { text: 'There is nothing left to do: it was done already.', isEmpty: true };
  };
  return {
    ...{ title, verb, effect, hasReason: false, word: isForGood ? 'drop' : undefined },
    request: () => ({ method: 'POST', path, body: { ...which, ...(isForGood && { expected: found }) } }),
    done: (answer) => `${counted(numberIn(answer), noun)} ${done}.`,
  };
}
