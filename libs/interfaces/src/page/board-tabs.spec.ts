import type { CurrentBoard } from '@scoreboard/application';
import type { BoardReset } from '@scoreboard/domain';
import { boardTabs } from './board-tabs';

const period = { board: '', key: 1, id: '', start: 0 };
const global: CurrentBoard = { definition: { id: 'global' }, period };
const board = (id: string, reset?: BoardReset): CurrentBoard => ({ definition: { id, reset }, period });

const en = { today: 'Today', thisWeek: 'This week', thisMonth: 'This month', thisYear: 'This year', allTime: 'All time' };

describe('boardTabs', () => {
  it('names boards by how often they reset, others by their id, the shortest period first and global last', () => {
    const boards = [global, board('cup'), board('day', 'daily'), board('m', 'monthly'), board('w', 'weekly'), board('y', 'yearly')];
    expect(boardTabs(boards, en).map(({ id, name }) => `${id}: ${name}`)).toEqual(['day: Today', 'w: This week', 'm: This month', 'y: This year', 'cup: cup', 'global: All time']);
  });

  it('shows boards of which several reset alike by their ids', () => {
    expect(boardTabs([global, board('day-eu', 'daily'), board('day-us', 'daily')], en).map(({ name }) => name)).toEqual(['day-eu', 'day-us', 'All time']);
  });

  it('has no tabs for global alone, and none for a season that has not begun', () => {
    expect(boardTabs([global], en)).toEqual([]);
    expect(boardTabs([global, { definition: { id: 'cup' } }], en)).toEqual([]);
  });
});
