import type { CurrentBoard } from '@scoreboard/application';
import { type BoardReset, GLOBAL_BOARD } from '@scoreboard/domain';

/** The names of boards by how they reset. */
export type TabWords = Readonly<Record<'today' | 'thisWeek' | 'thisMonth' | 'thisYear' | 'allTime', string>>;

const NAMES: Readonly<Record<BoardReset, keyof TabWords>> = { daily: 'today', weekly: 'thisWeek', monthly: 'thisMonth', yearly: 'thisYear' };

const ORDER = [...Object.keys(NAMES), undefined];

export interface BoardTab {
  readonly id: string;
  readonly name: string;
}

/**
 * The tabs of the page: every board that has begun, from the shortest period to the longest, `global` last. None if it is the only one. A name that fits
 * several boards fits none: they are shown by their ids.
 */
export function boardTabs(boards: readonly CurrentBoard[], words: TabWords): readonly BoardTab[] {
  const begun = boards.filter(({ definition, period }) => period && definition.id !== GLOBAL_BOARD).map(({ definition }) => definition);
  if (!begun.length) return [];
  begun.sort((one, other) => ORDER.indexOf(one.reset) - ORDER.indexOf(other.reset));
  const nameOf = ({ id, reset }: CurrentBoard['definition']) => (reset && begun.filter((other) => other.reset === reset).length === 1 ? words[NAMES[reset]] : id);
  return [...begun.map((definition) => ({ id: definition.id, name: nameOf(definition) })), { id: GLOBAL_BOARD, name: words.allTime }];
}
